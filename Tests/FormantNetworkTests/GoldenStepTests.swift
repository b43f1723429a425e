import FormantNetwork
import enum FormantOperators.Padding
import FormantTensor
import FormantTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One training step of four networks against PyTorch: data and recipe in Golden and tools/golden/training_step.py.
@Suite struct GoldenStepTests {
    /// The largest difference over the largest value of a tensor.
    static let tolerance = 2e-5

    @Test func mnist() throws {
        let network = Network(input: Shape(channels: 1, height: 28, width: 28)) {
            Convolution2D(filters: 25, kernel: 3).named("conv1")
            Activation(.relu)
            MaxPool(window: 2)
            Convolution2D(filters: 50, kernel: 3).named("conv2")
            Activation(.relu)
            MaxPool(window: 2)
            Flatten()
            Dense(units: 100).named("dense1")
            Activation(.relu)
            Dense(units: 10).named("dense2")
        }
        try check(network, "mnist", batch: 8)
    }

    @Test func keywords() throws {
        let network = Network(input: Shape(channels: 1, height: 64, width: 100)) {
            for (i, filters) in [32, 64, 128, 128].enumerated() {
                Convolution2D(filters: filters, kernel: 3, padding: Pair(.same), bias: false).named("conv\(i + 1)")
                BatchNorm().named("norm\(i + 1)")
                Activation(.relu)
                if i < 3 { MaxPool(window: 2) }
            }
            GlobalPool(.average)
            Dense(units: 35).named("dense")
        }
        try check(network, "kws", batch: 4)
    }

    @Test func sentences() throws {
        let network = Network(input: Shape(channels: 1, width: 20)) {
            Embedding(rows: 200, dimension: 50).named("table")
            Branches.concatenate(
                [3, 4, 5].map { width in
                    Branch {
                        Convolution1D(filters: 100, width: .count(width)).named("conv\(width)")
                        Activation(.relu)
                        GlobalPool(.maximum)
                    }
                })
            Dense(units: 2).named("dense")
        }
        try check(network, "kim", batch: 8, rows: 200)
    }

    @Test func temporal() throws {
        let network = Network(input: Shape(channels: 40, width: 101)) {
            Convolution1D(filters: 16, width: 3, padding: .same, bias: false).named("first")
            for (i, filters) in [24, 32, 48].enumerated() {
                Branches.sum(
                    Branch {
                        Convolution1D(filters: filters, width: 9, stride: 2, padding: both(4), bias: false)
                            .named("conv\(i + 1)a")
                        BatchNorm().named("norm\(i + 1)a")
                        Activation(.relu)
                        Convolution1D(filters: filters, width: 9, padding: .same, bias: false).named("conv\(i + 1)b")
                        BatchNorm().named("norm\(i + 1)b")
                    },
                    Branch {
                        Convolution1D(filters: filters, width: 1, stride: 2, bias: false).named("skip\(i + 1)")
                        BatchNorm().named("normskip\(i + 1)")
                        Activation(.relu)
                    })
                Activation(.relu)
            }
            GlobalPool(.average)
            Dense(units: 12).named("dense")
        }
        try check(network, "tcres", batch: 6)
    }

    // MARK: The step

    private func check(_ network: Network, _ name: String, batch: Int, rows: Int? = nil) throws {
        let golden = try GoldenFile(path: goldenPath("\(name).safetensors"))
        let parameters = Parameters(zeros: try network.bound().parameters)
        for entry in parameters.table.entries { try parameters.set(entry.name, to: initial(entry)) }
        let start = parameters.copied()
        let runner = try Runner(network, .training(batch: batch), parameters: parameters, threads: 2)

        let fractions = goldenFractions("input", count: batch * network.input.count)
        let input = ReferenceTensor(
            batch: batch, shape: network.input,
            values: fractions.map { fraction in
                rows.map { Double(2 + Int(fraction * Double($0 - 2))) } ?? (2 * fraction - 1) * 3.0.squareRoot()
            })
        let logits = runner.forward(input)
        expect(logits, golden, "logits", name)
        let (loss, gradient) = crossEntropy(logits, batch: batch)
        expect([Float(loss)], golden, "loss", name)
        runner.backward(gradient)

        for entry in parameters.table.entries {
            var after = try parameters.tensor(entry.name).values
            if entry.specification.role == .trained {
                let slopes = try runner.gradient(entry.name)
                expect(slopes, golden, "gradient.\(entry.name)", name)
                // The first step of SGD with momentum: the velocity is the gradient.
                after = zip(try start.tensor(entry.name).values, slopes).map { $0 - 0.1 * $1 }
                if after.count > 10_000 { after = stride(from: 0, to: after.count, by: 4).map { after[$0] } }
            }
            expect(after, golden, "after.\(entry.name)", name)
        }
        // Nothing in the file has been passed over.
        let gradients = parameters.table.entries.count { $0.specification.role == .trained }
        #expect(golden.tensors.count == 2 + gradients + parameters.table.entries.count)
    }

    private func expect(_ found: [Float], _ golden: GoldenFile, _ tensor: String, _ network: String) {
        guard let expected = golden.values(tensor) else {
            Issue.record("\(network) has no \(tensor)")
            return
        }
        let error = relativeError(found, expected, floor: 0)
        #expect(error <= GoldenStepTests.tolerance, "\(network), \(tensor): \(error)")
    }

    private func initial(_ entry: ParameterTable.Entry) -> Tensor {
        let specification = entry.specification
        if specification.role == .running {
            let value: Float = entry.name.hasSuffix("running_var") ? 1 : 0
            return Tensor(
                extents: specification.extents,
                values: specification.extents.flatMap { Array(repeating: value, count: $0) })
        }
        let isGain = entry.name.hasPrefix("norm") && specification.name == "weight"
        let scale =
            switch specification.name {
            case "bias": 0.1
            case _ where isGain || entry.name == "table.weight": 0.25
            default: 1 / Double(specification.extents.dropFirst().reduce(1, *)).squareRoot()
            }
        let fractions = goldenFractions(entry.name, count: specification.count)
        return Tensor(
            extents: specification.extents, values: fractions.map { Float((2 * $0 - 1) * scale + (isGain ? 1 : 0)) })
    }

    /// The mean loss over the batch, and (p − 1 at the label) / batch. The label of example n is 7 n modulo the classes.
    private func crossEntropy(_ logits: [Float], batch: Int) -> (loss: Double, gradient: ReferenceTensor) {
        let classes = logits.count / batch
        var gradient = ReferenceTensor(batch: batch, shape: Shape(channels: classes))
        var loss = 0.0
        for n in 0..<batch {
            let row = logits[n * classes..<(n + 1) * classes].map(Double.init)
            let top = row.max()!
            let sum = row.reduce(0) { $0 + exp($1 - top) }
            let label = 7 * n % classes
            loss += (log(sum) + top - row[label]) / Double(batch)
            for c in 0..<classes {
                gradient[n, c, 0, 0] = (exp(row[c] - top) / sum - (c == label ? 1 : 0)) / Double(batch)
            }
        }
        return (loss, gradient)
    }

    private func both(_ zeros: Int) -> Padding { .explicit(before: zeros, after: zeros) }
}

/// Where a golden file lies: beside these tests.
func goldenPath(_ name: String, file: String = #filePath) -> String {
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/Golden/" + name
}
