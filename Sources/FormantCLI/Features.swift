import ArgumentParser
import Formant
import FormantTensor

struct Features: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Extract features of recordings into NumPy files or a table.",
        discussion: """
            Examples:
              formant features recordings/ --out features.npz
              formant features some.wav --preset librosa --out some.npy
              formant features recordings/ --set mel.bands=80 --set feature=mfcc --out features/

            FILE.npz holds one float32 array [rows, frames] per recording, called by the recording's path (within its \
            folder, unless a recording of another folder has that name); FILE.npy the array of one recording; FILE.csv \
            one line a frame; a folder one .npy per recording.

            What is done is kept in a ledger beside the output until that is complete: interrupted and given again, the \
            command goes on where it was.
            """)

    @Argument(help: "Files and folders.")
    var inputs: [String]

    @Option(help: ArgumentHelp("Where to: a name ending in .npz, .npy or .csv, or a folder.", valueName: "FILE|DIR"))
    var out: String

    @Option(help: ArgumentHelp("default, librosa, torchaudio, kaldi or htk.", valueName: "NAME"))
    var preset: String = "default"

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a setting of the preset, such as mel.bands=80.", valueName: "KEY=VALUE"))
    var settings: [String] = []

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let console = Console(quiet: shared.quiet)
        let frontEnd = try FeatureRun.frontEnd(preset: preset, settings: settings)
        let list = InputList(inputs)
        let output = try FeatureRun.Output(path: out)
        let outcome = try FeatureRun(frontEnd, pool: shared.pool(for: list.items.count)).run(
            list, to: output, note: { console.note($0) }
        ) { done in
            console.progress(Double(done) / Double(list.items.count), "\(done) of \(list.items.count) recordings")
        }
        console.clearBar()
        for problem in outcome.failed { console.error(problem.reason, of: problem.input) }
        let stream = OutputStream.standard()
        let summary = FeatureSummary(
            out: out, recordings: outcome.written, rows: outcome.rows, frames: outcome.frames,
            failed: outcome.failed.count)
        if shared.json {
            try stream.line(try JSONLine.text(summary))
        } else if outcome.written > 0 {
            try stream.line(
                "\(outcome.written) recordings, \(outcome.rows) rows, \(outcome.frames) frames in \(out)".onOneLine)
        }
        try stream.flush()
        if outcome.written == 0 { throw ExitCode.failure }
        if !outcome.failed.isEmpty { throw someFailed }
    }
}

private struct FeatureSummary: Encodable {
    var out: String
    var recordings: Int
    var rows: Int
    var frames: Int
    var failed: Int
}
