import ArgumentParser
import Formant
import FormantTensor

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time the reference networks and the front end on this machine.",
        discussion: """
            Examples:
              formant bench
              formant bench kws go --threads 1
              formant bench features --json

            Networks: \(ReferenceNetwork.names.joined(separator: ", ")). Times are the least and the median of several \
            runs, in milliseconds: a training step (forward, loss, backward, Adam), a batch at inference, one example.
            """)

    @Argument(help: "Networks, or features; by default all networks.")
    var names: [String] = []

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        let known = ReferenceNetwork.names + ["features"]
        for name in names where !known.contains(name) {
            throw ValidationError(UnknownName("name", name, of: "bench", known: known).description)
        }
    }

    func run() throws {
        let benchmark = Benchmark(pool: shared.pool())
        let output = OutputStream.standard()
        for name in names.isEmpty ? ReferenceNetwork.names : names {
            if let reference = ReferenceNetwork(named: name) {
                let times = try benchmark.run(reference)
                try output.line(
                    shared.json
                        ? try JSONLine.text(times)
                        : "\(name), batch \(times.batch): train \(text(times.trainMs)), infer \(text(times.inferMs)), "
                            + "one \(text(times.infer1Ms))")
            } else {
                let times = try benchmark.features()
                try output.line(
                    shared.json ? try JSONLine.text(times) : "log-mel of 60 s at 16 kHz: \(text(times.ms)); its bare FFTs: \(text(times.fftMs))")
            }
            try output.flush()
        }
    }

    private func text(_ times: Benchmark.Times) -> String {
        "\(times.least.digits(3)) ms (median \(times.median.digits(3)))"
    }
}
