import FormantAudio
import FormantFiles
import FormantInsight
import FormantPage

/// Where explanations go: one page, or a folder with a page, pictures, sounds and numbers for each input.
final class ExplainOutput {
    private enum Place {
        case page(String)
        case folder(String)
    }

    private let place: Place
    private let model: Model
    private let checked: CheckedRequest
    /// What the one page is to hold.
    private var held: [Explained] = []
    private var names = FileNames(isFolder: true)
    private var count = 0

    /// Inputs of one page, which is a few hundred kilobytes an input of sound.
    static let pageLimit = 32

    /// - Parameter path: a name that ends in `.html`, or a folder.
    /// - Throws: `RunError.option` for the name of another kind of file, `FileError`.
    init(_ path: String, _ model: Model, _ checked: CheckedRequest) throws {
        (self.model, self.checked) = (model, checked)
        if Batch.Output.isFolder(path) || FilePath.fileExtension(of: path).isEmpty {
            try FolderMaker.make(path)
            place = .folder(path)
        } else {
            guard ["html", "htm"].contains(FilePath.fileExtension(of: path)) else {
                throw RunError.option(name: "--out", value: path, expected: "a name that ends in .html, or a folder")
            }
            _ = try AtomicFile(path: path)
            place = .page(path)
        }
    }

    /// Throws where the page holds no more.
    func checkRoom() throws(ExplainError) {
        if case .page = place, held.count >= ExplainOutput.pageLimit {
            throw .tooMany(limit: ExplainOutput.pageLimit)
        }
    }

    /// Takes what was found of an input, one for each label.
    func add(_ explained: [Explained]) throws {
        switch place {
        case .page: held += explained
        case .folder(let folder):
            guard let first = explained.first else { return }
            count += 1
            let name = names.claim(.init(path: "\(count)/\(first.specimen.name)", name: first.specimen.name))
            let base = FilePath.join(folder, name ?? "\(count)")
            try FolderMaker.make(FilePath.folder(of: base))
            let page = ExplainPage(model: model, inputs: explained, checked: checked)
            try AtomicFile.write(text: try page.html(), to: base + ".html")
            let lines = try explained.map { try JSONLine.text(ExplainedJSON($0)) + "\n" }
            try AtomicFile.write(text: lines.joined(), to: base + ".jsonl")
            for (i, input) in explained.enumerated() {
                try writeFiles(input, base + (explained.count > 1 ? ".\(i + 1)" : ""))
            }
        }
    }

    /// Writes what waits, and of a folder the summary.
    func finish(_ summary: TrustSummary) throws {
        switch place {
        case .page(let path):
            guard !held.isEmpty else { return }
            try AtomicFile.write(
                text: try ExplainPage(model: model, inputs: held, checked: checked).html(), to: path)
        case .folder(let folder):
            guard count > 0, checked.request.checks else { return }
            let section = Page.Section(
                anchor: "trust", title: "Which map to trust", content: TrustMarkup.table(summary))
            let page = Page(
                title: "Explanations", subtitle: "\(count) inputs, each on a page of its own beside this one.",
                sections: [section], footer: "Made by formant explain \(Version.current), seed \(checked.request.seed)."
            )
            try AtomicFile.write(text: page.html, to: FilePath.join(folder, "summary.html"))
        }
    }

    private func writeFiles(_ input: Explained, _ base: String) throws {
        guard let drawing = input.specimen.drawing() else { return }
        try AtomicFile.write(bytes: try drawing.png(), to: base + ".features.png")
        for finding in input.findings {
            let name = "\(base).\(finding.method.rawValue)"
            guard let drawing = input.specimen.drawing(finding.map) else { continue }
            try AtomicFile.write(bytes: try drawing.png(), to: name + ".png")
            guard case .sound(let sound) = input.specimen.medium else { continue }
            let writer = try SoundWriter(path: name + ".wav", sampleRate: sound.frontEnd.sampleRate, format: .wav16)
            try writer.write(try SoundMap(sound: sound, map: finding.map).waveform())
            try writer.finish()
        }
    }
}
