import ArgumentParser
import Formant
import FormantTensor

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show which parts of an input a model's answer comes from, and which method to trust.",
        discussion: """
            Examples:
              formant explain run some.wav --out why.html
              formant explain run long.wav --at 12.5 --label yes --method grad-cam --out why.html
              formant explain run recordings/ --out explained/ --json
              echo "How far is it from Denver to Aspen ?" | formant explain run - --out why.html

            A model of sound or pictures takes files and folders, a model of sentences files of one sentence a line, or - for standard \
            input. FILE.html is one page of all inputs; a folder gets a page for each with pictures (PNG), sounds (WAV) and \
            numbers (JSON).

            Methods: saliency, gradient-x-input, smoothgrad, integrated-gradients, guided-backprop, grad-cam, occlusion. What \
            is explained is the network's output before it becomes a score. Each map is compared with that of networks with \
            weights of chance, and held against orders of chance; --no-checks leaves that out.
            """)

    @Argument(help: "A model file or the folder of its run.")
    var model: String

    @Argument(help: "Files and folders, or - for standard input.")
    var inputs: [String]

    @Option(help: ArgumentHelp("A page (a name that ends in .html), or a folder.", valueName: "FILE|DIR"))
    var out: String

    @Option(
        name: .customLong("method"), parsing: .singleValue,
        help: ArgumentHelp("A method, or all; may be repeated. Default all.", valueName: "NAME"))
    var methods: [String] = []

    @Option(
        name: .customLong("label"), parsing: .singleValue,
        help: ArgumentHelp(
            "The label to explain; may be repeated. Default the one with the largest score.", valueName: "NAME"))
    var labels: [String] = []

    @Option(
        help: ArgumentHelp(
            "What is nothing: zeros, padding (silence, no words, the background) or mean; default padding.",
            valueName: "NAME"))
    var baseline: String?

    @Option(
        name: .customLong("layer"), parsing: .singleValue,
        help: ArgumentHelp(
            "A layer whose maps Grad-CAM takes; may be repeated. Default the last convolution.", valueName: "NAME"))
    var layers: [String] = []

    @Option(help: ArgumentHelp("Noisy inputs of SmoothGrad.", valueName: "N"))
    var samples = 50

    @Option(help: ArgumentHelp("Noise of SmoothGrad as a share of the input's span.", valueName: "SHARE"))
    var noise = 0.15

    @Option(
        help: ArgumentHelp("Boxes of occlusion: rows (bands of a sound) x columns (frames).", valueName: "ROWSxCOLUMNS")
    )
    var patch: String?

    @Option(help: ArgumentHelp("From one box to the next; default half a box.", valueName: "ROWSxCOLUMNS"))
    var stride: String?

    @Option(help: ArgumentHelp("How words are taken away: leave-out or replace (by padding).", valueName: "NAME"))
    var words = "leave-out"

    @Option(
        help: ArgumentHelp("The second of a recording that the explained clip has in its middle.", valueName: "SECONDS")
    )
    var at: Double?

    @Option(help: ArgumentHelp("Explain window by window: seconds from one to the next.", valueName: "SECONDS"))
    var hop: Double?

    @Flag(inversion: .prefixedNo, help: "Check maps by weights and orders of chance.")
    var checks = true

    @Option(help: ArgumentHelp("What noise, weights and orders of chance are drawn from.", valueName: "N"))
    var seed: UInt64 = 1

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let console = Console(quiet: shared.quiet)
        let model = try Model(path: model)
        let run = try ExplainRun(model, try request(), out: out, pool: shared.pool())
        let output = OutputStream.standard()
        var (done, failed) = (0, 0)
        func report(_ input: String, _ explain: ((ExplainRun.Said) throws -> Void) throws -> Void) throws {
            do {
                try explain { said in
                    try output.line(shared.json ? said.json : said.text)
                    try output.flush()
                }
                done += 1
            } catch let error as OutputError { throw error } catch {
                console.error("\(error)", of: input)
                failed += 1
            }
        }
        if case .text = model.frontEnd {
            for input in inputs {
                do {
                    let reader = try SentenceReader(path: input)
                    var line = 0
                    while let sentences = try reader.next() {
                        for sentence in sentences {
                            line += 1
                            let name = "\(reader.name), line \(line)"
                            try report(name) { try run.explain(sentence: sentence, name: name, $0) }
                        }
                    }
                } catch let error as InputError {
                    console.error("\(error)")
                    failed += 1
                }
            }
        } else {
            let list = InputList(inputs, of: model.frontEnd.modality)
            for problem in list.problems { console.error(problem.reason, of: problem.input) }
            failed += list.problems.count
            for (i, item) in list.items.enumerated() {
                try report(item.path) { try run.explain(file: item.path, name: item.name, $0) }
                console.progress(Double(i + 1) / Double(list.items.count), "\(i + 1) of \(list.items.count) files")
            }
            console.clearBar()
        }
        let table = try run.finish()
        if let table, !shared.json { try output.write(table) }
        try output.flush()
        if failed > 0 { throw done > 0 ? someFailed : ExitCode.failure }
    }

    private func request() throws -> ExplainRequest {
        var request = ExplainRequest()
        if !methods.isEmpty { request.methods = methods }
        (request.labels, request.baseline, request.nodes) = (labels, baseline, layers)
        (request.samples, request.noise, request.words) = (samples, noise, words)
        request.patch = try extents("--patch", patch)
        request.stride = try extents("--stride", stride)
        (request.at, request.hop, request.checks, request.seed) = (at, hop, checks, seed)
        return request
    }

    /// Rows and columns, such as 4x8.
    private func extents(_ option: String, _ text: String?) throws -> [Int]? {
        guard let text else { return nil }
        let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let rows = parts[0], let columns = parts[1] else {
            throw ValidationError("\(option) \(text): expected rows x columns, such as 4x8")
        }
        return [rows, columns]
    }
}
