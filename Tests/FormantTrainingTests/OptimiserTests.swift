import FormantNetwork
import FormantTensor
import FormantTestSupport
import FormantTraining
import Testing

private struct GoldenOptimisers: Decodable {
    struct Settings: Decodable {
        let lr: Float
        let momentum, weightDecay, eps, rho: Float?
        let nesterov: Bool?
        let betas: [Float]?

        enum CodingKeys: String, CodingKey {
            case lr, momentum, eps, rho, nesterov, betas
            case weightDecay = "weight_decay"
        }
    }
    struct Case: Decodable {
        let name, kind: String
        let settings: Settings
        let after: [[Double]]

        var rule: OptimiserRule? {
            switch (kind, settings.betas, settings.eps) {
            case ("SGD", _, _): .sgd(momentum: settings.momentum ?? 0, nesterov: settings.nesterov ?? false)
            case ("Adam", let betas?, let epsilon?): .adam(beta1: betas[0], beta2: betas[1], epsilon: epsilon)
            case ("AdamW", let betas?, let epsilon?): .adamW(beta1: betas[0], beta2: betas[1], epsilon: epsilon)
            case ("Adadelta", _, let epsilon?): settings.rho.map { .adadelta(rho: $0, epsilon: epsilon) }
            default: nil
            }
        }
    }
    let start: [Float]
    let gradients: [[Float]]
    let cases: [Case]
}

private let rules: [OptimiserRule] = [
    .sgd(momentum: 0, nesterov: false), .sgd(momentum: 0.9, nesterov: true),
    .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
    .adadelta(rho: 0.95, epsilon: 1e-6),
]

/// Steps of the optimisers.
@Suite struct OptimiserTests {
    private let pool = WorkerPool(threads: 2)

    /// Weights of all roles: trained with and without decay, frozen, running.
    private let network = Network(input: Shape(channels: 1, width: 6)) {
        Embedding(rows: 9, dimension: 4, trained: false).named("words")
        Convolution1D(filters: 5, width: 3).named("filters")
        BatchNorm().named("norm")
        Flatten()
        Dense(units: 3).named("scores")
    }

    private func fill(_ parameters: Parameters, seed: UInt64, scale: Float = 1) {
        var generator = SeededGenerator(seed: seed)
        parameters.buffer.values = (0..<parameters.table.count).map { _ in scale * generator.normal() }
    }

    @Test func tenStepsAsTorchTakesThem() throws {
        let golden: GoldenOptimisers = try golden("optimisers.json")
        #expect(golden.cases.count == 10)
        let network = Network(input: Shape(channels: golden.start.count)) { Dense(units: 1, bias: false).named("w") }
        let table = try network.bound().parameters
        for one in golden.cases {
            let rule = try #require(one.rule)
            let (parameters, gradients) = (Parameters(zeros: table), Parameters(zeros: table))
            try parameters.set("w.weight", to: Tensor(extents: [1, golden.start.count], values: golden.start))
            let optimiser = Optimiser(rule, weightDecay: one.settings.weightDecay ?? 0, for: table)
            #expect(one.after.count == golden.gradients.count)
            for (step, gradient) in golden.gradients.enumerated() {
                try gradients.set("w.weight", to: Tensor(extents: [1, gradient.count], values: gradient))
                optimiser.step(parameters, gradients, rate: one.settings.lr, pool: pool)
                let found = try parameters.tensor("w.weight").values
                for (f, e) in zip(found, one.after[step]) {
                    #expect(
                        abs(Double(f) - e) <= 1e-5 * max(abs(e), 0.01),
                        "\(one.name), step \(step + 1): \(found), expected \(one.after[step])")
                }
            }
            #expect(optimiser.steps == golden.gradients.count)
        }
    }

    @Test(arguments: rules) func onlyWeightsDecay(rule: OptimiserRule) throws {
        let table = try network.bound().parameters
        let (parameters, gradients) = (Parameters(zeros: table), Parameters(zeros: table))
        fill(parameters, seed: 3)
        let before = Parameters(zeros: table)
        before.copy(from: parameters)
        let optimiser = Optimiser(rule, weightDecay: 0.25, for: table)
        optimiser.step(parameters, gradients, rate: 0.001, pool: pool)
        let decaying = table.entries.filter(\.specification.decays).map(\.name)
        #expect(decaying == ["filters.weight", "scores.weight"])
        for entry in table.entries {
            let (old, new) = (try before.tensor(entry.name).values, try parameters.tensor(entry.name).values)
            if decaying.contains(entry.name) {
                for (w, moved) in zip(old, new) { #expect(abs(moved) < abs(w), "\(entry.name): \(w) to \(moved)") }
            } else {
                #expect(old == new, "\(entry.name) decays under \(rule)")
            }
        }
    }

    @Test func decayOfAdamWIsDecoupled() throws {
        let network = Network(input: Shape(channels: 3)) { Dense(units: 1, bias: false).named("w") }
        let table = try network.bound().parameters
        func afterOneStep(_ rule: OptimiserRule, gradient: Float) throws -> [Double] {
            let (parameters, gradients) = (Parameters(zeros: table), Parameters(zeros: table))
            try parameters.set("w.weight", to: Tensor(extents: [1, 3], values: [1, 10, 100]))
            try gradients.set("w.weight", to: Tensor(extents: [1, 3], values: [gradient, gradient, gradient]))
            Optimiser(rule, weightDecay: 0.5, for: table).step(parameters, gradients, rate: 0.01, pool: pool)
            return try parameters.tensor("w.weight").values.map(Double.init)
        }
        // Apart from the gradient every weight shrinks by rate · decay of itself; within it Adam levels the step to
        // the rate, whatever the weight.
        let decoupled = try afterOneStep(.adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), gradient: 0)
        let coupled = try afterOneStep(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), gradient: 0)
        for (i, weight) in [1.0, 10, 100].enumerated() {
            #expect(abs(decoupled[i] - weight * 0.995) < 1e-6 * weight)
            #expect(abs(coupled[i] - (weight - 0.01)) < 1e-6 * weight)
        }
        // The moments of AdamW do not see the decay: a gradient moves the weight by the rate besides.
        let both = try afterOneStep(.adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), gradient: 2)
        for (i, weight) in [1.0, 10, 100].enumerated() {
            #expect(abs(both[i] - (weight * 0.995 - 0.01)) < 1e-6 * weight)
        }
    }

    @Test(arguments: rules) func frozenAndRunningValuesStay(rule: OptimiserRule) throws {
        let table = try network.bound().parameters
        let (parameters, gradients) = (Parameters(zeros: table), Parameters(zeros: table))
        fill(parameters, seed: 4)
        fill(gradients, seed: 5)
        let before = Parameters(zeros: table)
        before.copy(from: parameters)
        let optimiser = Optimiser(rule, weightDecay: 0.1, for: table)
        for _ in 0..<3 { optimiser.step(parameters, gradients, rate: 0.1, pool: pool) }
        var roles: Set<ParameterSpecification.Role> = []
        for entry in table.entries {
            roles.insert(entry.specification.role)
            let (old, new) = (try before.tensor(entry.name).values, try parameters.tensor(entry.name).values)
            if entry.specification.role == .trained {
                #expect(zip(old, new).allSatisfy { $0 != $1 }, "\(entry.name) stays under \(rule)")
            } else {
                #expect(old == new, "\(entry.name) moves under \(rule)")
            }
        }
        #expect(roles == [.trained, .frozen, .running])
    }

    @Test func largestNormPerOutput() throws {
        func network(_ limit: Float?) -> Network {
            Network(input: Shape(channels: 40)) { Dense(units: 12, maximumNorm: limit).named("w") }
        }
        let limit: Float = 3
        let table = try network(limit).bound().parameters
        let (parameters, gradients) = (Parameters(table, seed: 1), Parameters(zeros: table))
        let freeTable = try network(nil).bound().parameters
        let (free, freeGradients) = (Parameters(freeTable, seed: 1), Parameters(zeros: freeTable))
        fill(gradients, seed: 6)
        // Half of the units take a step that leaves them within the limit.
        var weight = try gradients.tensor("w.weight")
        for i in weight.values.indices where i / 40 % 2 == 0 { weight.values[i] *= 0.01 }
        try gradients.set("w.weight", to: weight)
        freeGradients.buffer.values = gradients.buffer.values
        let rule = OptimiserRule.sgd(momentum: 0, nesterov: false)
        Optimiser(rule, for: table).step(parameters, gradients, rate: 1, pool: pool)
        Optimiser(rule, for: freeTable).step(free, freeGradients, rate: 1, pool: pool)
        let (found, expected) = (try parameters.tensor("w.weight").values, try free.tensor("w.weight").values)
        var scaled = 0
        for unit in 0..<12 {
            let own = found[unit * 40..<(unit + 1) * 40], wanted = expected[unit * 40..<(unit + 1) * 40]
            let norm = wanted.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard norm > Double(limit) else {
                #expect(own == wanted, "unit \(unit) of norm \(norm) moves")
                continue
            }
            scaled += 1
            let length = own.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            #expect(abs(length - Double(limit)) < 1e-5, "unit \(unit): \(length)")
            #expect(relativeError(Array(own), wanted.map { Double($0) * Double(limit) / norm }) < 1e-6)
        }
        #expect(scaled == 6)
        // Biases have no such limit.
        #expect(try parameters.tensor("w.bias").values == free.tensor("w.bias").values)
    }

    @Test func clipping() throws {
        let table = try network.bound().parameters
        let gradients = Parameters(zeros: table)
        fill(gradients, seed: 7, scale: 3)
        let before = Parameters(zeros: table)
        before.copy(from: gradients)
        let trained = table.entries.filter { $0.specification.role == .trained }
        func norm(_ parameters: Parameters) throws -> Double {
            try trained.reduce(0) { sum, entry in
                try parameters.tensor(entry.name).values.reduce(sum) { $0 + Double($1) * Double($1) }
            }.squareRoot()
        }
        let expected = try norm(before)
        #expect(
            abs(Double(Optimiser.clip(gradients, to: Float(expected) * 2, pool: pool)) - expected) < 1e-5 * expected)
        #expect(gradients.bits == before.bits)
        let found = Optimiser.clip(gradients, to: 1.5, pool: pool)
        #expect(abs(Double(found) - expected) < 1e-5 * expected)
        #expect(abs(try norm(gradients) - 1.5) < 1e-5)
        for entry in table.entries {
            let factor = entry.specification.role == .trained ? 1.5 / expected : 1
            let (old, new) = (try before.tensor(entry.name).values, try gradients.tensor(entry.name).values)
            #expect(relativeError(new, old.map { Double($0) * factor }, floor: 1e-3) < 1e-6, "\(entry.name)")
        }
        var broken = try gradients.tensor("scores.bias")
        broken.values[1] = .nan
        try gradients.set("scores.bias", to: broken)
        #expect(Optimiser.clip(gradients, to: 1, pool: pool).isNaN)
    }

    @Test(arguments: rules) func sameBytesForAnyThreads(rule: OptimiserRule) throws {
        let network = Network(input: Shape(channels: 700)) { Dense(units: 131, maximumNorm: 2) }
        let table = try network.bound().parameters
        let results = [1, 2, 3].map { threads in
            let pool = WorkerPool(threads: threads)
            let (parameters, gradients) = (Parameters(table, seed: 8), Parameters(zeros: table))
            fill(gradients, seed: 9)
            let optimiser = Optimiser(rule, weightDecay: 0.01, for: table)
            for _ in 0..<3 {
                Optimiser.clip(gradients, to: 10, pool: pool)
                optimiser.step(parameters, gradients, rate: 0.05, pool: pool)
            }
            return parameters.bits
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
