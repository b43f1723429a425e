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
              formant bench kws --memory
              formant bench layers mnist

            Networks: \(ReferenceNetwork.names.joined(separator: ", ")). Times are the least and the median of several \
            runs, in milliseconds: a training step (forward, loss, backward, Adam), a batch at inference, one example.
            """,
        subcommands: [BenchNetworks.self, BenchLayers.self, BenchAlgorithms.self, BenchErrors.self],
        defaultSubcommand: BenchNetworks.self)
}

struct BenchNetworks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "networks", abstract: "Time training and inference of whole networks, or the features (default).",
        discussion: """
            Examples:
              formant bench networks kws --threads 1
              formant bench kws --memory --json
            """)

    @Argument(help: "Networks, or features; by default all networks.")
    var names: [String] = []

    @Flag(help: "Instead of times, the most memory that some training steps of one network take.")
    var memory = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        try checkBenchNames(names, ReferenceNetwork.names + ["features"])
        if memory, names.count != 1 || names == ["features"] {
            throw ValidationError("--memory: expected one network, since the peak is that of the whole process")
        }
    }

    func run() throws {
        let benchmark = Benchmark(pool: shared.pool())
        let output = OutputStream.standard()
        for name in names.isEmpty ? ReferenceNetwork.names : names {
            if let reference = ReferenceNetwork(named: name) {
                try output.line(memory ? memoryLine(benchmark, reference) : timesLine(benchmark, reference))
            } else {
                let times = try benchmark.features()
                try output.line(
                    shared.json
                        ? try JSONLine.text(times)
                        : "log-mel of 60 s at 16 kHz: \(text(times.ms)); its bare FFTs: \(text(times.fftMs))")
            }
            try output.flush()
        }
    }

    private func timesLine(_ benchmark: Benchmark, _ reference: ReferenceNetwork) throws -> String {
        let times = try benchmark.run(reference)
        return shared.json
            ? try JSONLine.text(times)
            : "\(times.model), batch \(times.batch): train \(text(times.trainMs)), infer \(text(times.inferMs)), "
                + "one \(text(times.infer1Ms))"
    }

    private func memoryLine(_ benchmark: Benchmark, _ reference: ReferenceNetwork) throws -> String {
        let memory = try benchmark.memory(reference)
        return shared.json
            ? try JSONLine.text(memory)
            : "\(memory.model), batch \(memory.batch): at most \(megabytes(memory.peakBytes)) MB of memory, "
                + "\(megabytes(memory.startBytes)) MB of it before training"
    }

    private func megabytes(_ bytes: Int) -> String { (Double(bytes) / 1e6).digits(1) }

    private func text(_ times: Benchmark.Times) -> String {
        "\(times.least.digits(3)) ms (median \(times.median.digits(3)))"
    }
}

/// Throws where a name is none of those that a benchmark knows.
private func checkBenchNames(_ names: [String], _ known: [String]) throws {
    for name in names where !known.contains(name) {
        throw ValidationError(UnknownName("name", name, of: "bench", known: known).description)
    }
}

struct BenchLayers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layers",
        abstract: "Time every operator of the reference networks by itself, in training, pass by pass.",
        discussion: """
            Examples:
              formant bench layers mnist kws --threads 1
              formant bench layers --json

            Convolutions: effective GFLOP/s (the multiply-adds of the direct algorithm, times two, in a second) and their \
            share of the machine's peak, measured first; in brackets the algorithms that the planner did not choose, with \
            what its model predicts. Other operators: GB/s of the least that has to be read and written.
            """)

    @Argument(help: "Networks; by default all.")
    var names: [String] = []

    @OptionGroup var shared: SharedOptions

    func validate() throws { try checkBenchNames(names, ReferenceNetwork.names) }

    func run() throws {
        let benchmark = LayerBenchmark(pool: shared.pool())
        let output = OutputStream.standard()
        try output.line(shared.json ? try JSONLine.text(benchmark.machine) : benchmark.machine.text)
        for name in names.isEmpty ? ReferenceNetwork.names : names {
            guard let reference = ReferenceNetwork(named: name) else { continue }
            let rows = try benchmark.rows(reference)
            if shared.json {
                for row in rows { try output.line(try JSONLine.text(row)) }
            } else {
                try output.line("\n\(name), batch \(reference.batch)")
                try output.write(LayerBenchmark.text(rows))
            }
            try output.flush()
        }
    }
}

struct BenchAlgorithms: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "algorithms",
        abstract: "Hold the planner's choice of algorithm against measurement, over many shapes of convolutions.",
        discussion: """
            Example:
              formant bench algorithms --threads 1

            One line for each pass of each shape that can be computed in several ways, and how often the choice was the \
            fastest. It takes some minutes.
            """)

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let sweep = AlgorithmSweep(pool: shared.pool())
        let output = OutputStream.standard()
        try output.line(shared.json ? try JSONLine.text(sweep.machine) : sweep.machine.text)
        var rows: [AlgorithmSweep.Row] = []
        try sweep.run { row in
            rows.append(row)
            try output.line(shared.json ? try JSONLine.text(row) : row.text)
            try output.flush()
        }
        let agreement = AlgorithmSweep.Agreement(rows)
        try output.line(shared.json ? try JSONLine.text(agreement) : agreement.text)
        try output.flush()
    }
}

struct BenchErrors: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors",
        abstract: "Compare the kernels of every instruction set of this machine with plain loops in double precision.",
        discussion: """
            Example:
              formant bench errors

            Random problems with a fixed seed. rms: the root of the mean square of the differences, over that of the right \
            values. largest: the largest difference, over the largest right value.
            """)

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let rows = KernelErrors.all()
        let output = OutputStream.standard()
        if shared.json {
            for row in rows { try output.line(try JSONLine.text(row)) }
        } else {
            try output.write(KernelErrors.text(rows))
        }
        try output.flush()
    }
}
