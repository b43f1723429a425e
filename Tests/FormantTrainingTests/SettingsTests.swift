import FormantTensor
import FormantTraining
import Foundation
import Testing
import Yams

/// Settings as people write them, and as they are written down.
@Suite struct SettingsTests {
    private static let samples: [TrainingOptions] = {
        var samples = [TrainingOptions()]
        var options = TrainingOptions()
        options.loss = .softmaxCrossEntropy(labelSmoothing: 0.1)
        options.optimiser = .sgd(momentum: 0.85, nesterov: true)
        options.schedule = .constant
        options.patience = 7
        options.balance = true
        samples.append(options)
        options.loss = .binaryCrossEntropy
        options.optimiser = .adamW(beta1: 0.8, beta2: 0.99, epsilon: 1e-6)
        options.schedule = .step(epochs: 3, factor: 0.3)
        options.clip = 2.5
        options.choose = .loss
        samples.append(options)
        options.loss = .meanSquaredError
        options.optimiser = .adadelta(rho: 0.9, epsilon: 1e-5)
        options.schedule = .cosine(warmUp: 0.5, final: 0.2)
        options.averaging = 0.999
        options.epochs = 3
        options.batch = 1
        options.rate = 0.3
        options.weightDecay = 1e-4
        samples.append(options)
        options.optimiser = .adam(beta1: 0, beta2: 0, epsilon: 0.1)
        samples.append(options)
        return samples
    }()

    private func json<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// The message of the error that reading the YAML text gives.
    private func message<Value: Decodable>(_ text: String, as type: Value.Type) -> String {
        do {
            return "no error: \(try YAMLDecoder().decode(type, from: text))"
        } catch DecodingError.dataCorrupted(let context) {
            return context.debugDescription
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: samples) func roundTrip(options: TrainingOptions) throws {
        try options.validate()
        #expect(try JSONDecoder().decode(TrainingOptions.self, from: JSONEncoder().encode(options)) == options)
        #expect(try YAMLDecoder().decode(TrainingOptions.self, from: YAMLEncoder().encode(options)) == options)
    }

    @Test func shortForms() throws {
        #expect(try json("{}") == TrainingOptions())
        let options: TrainingOptions = try YAMLDecoder().decode(
            from: """
                epochs: 12
                loss: binaryCrossEntropy
                optimiser: sgd
                schedule: cosine
                choose: loss
                """)
        #expect(options.epochs == 12 && options.loss == .binaryCrossEntropy && options.choose == .loss)
        #expect(options.optimiser == .sgd(momentum: 0.9, nesterov: false))
        #expect(options.schedule == .cosine(warmUp: 1, final: 0.01))
        #expect(try json(#""adam""#) == OptimiserRule.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(try json(#""adamW""#) == OptimiserRule.adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(try json(#"{"kind": "adadelta", "rho": 0.5}"#) == OptimiserRule.adadelta(rho: 0.5, epsilon: 1e-6))
        #expect(try json(#"{"kind": "softmaxCrossEntropy"}"#) == Loss.softmaxCrossEntropy(labelSmoothing: 0))
        #expect(try json(#"{"kind": "constant"}"#) == Schedule.constant)
    }

    @Test func unknownNamesGetTheNearest() {
        let cases: [(String, String, String)] = [
            ("adm", message("adm", as: OptimiserRule.self), "adam"),
            ("adamw", message("{kind: adamw}", as: OptimiserRule.self), "adamW"),
            ("adadleta", message("adadleta", as: OptimiserRule.self), "adadelta"),
            ("momentun", message("{kind: sgd, momentun: 0.9}", as: OptimiserRule.self), "momentum"),
            ("cosin", message("cosin", as: Schedule.self), "cosine"),
            ("stpe", message("{kind: stpe}", as: Schedule.self), "step"),
            ("warmup_", message("{kind: cosine, warmup_: 1}", as: Schedule.self), "warmUp"),
            ("binaryCrossEntrpy", message("binaryCrossEntrpy", as: Loss.self), "binaryCrossEntropy"),
            ("softmaxCrossentropy", message("{kind: softmaxCrossentropy}", as: Loss.self), "softmaxCrossEntropy"),
            (
                "labelSmothing", message("{kind: softmaxCrossEntropy, labelSmothing: 0}", as: Loss.self),
                "labelSmoothing"
            ),
            ("epoch", message("epoch: 3", as: TrainingOptions.self), "epochs"),
            ("optimizer", message("optimizer: adam", as: TrainingOptions.self), "optimiser"),
            ("acuracy", message("choose: acuracy", as: TrainingOptions.self), "accuracy"),
        ]
        for (name, message, nearest) in cases {
            #expect(message.contains("\"\(name)\"") && message.contains("did you mean \"\(nearest)\"?"), "\(message)")
        }
        #expect(message("rmsprop", as: OptimiserRule.self).contains("sgd, adam, adamW, adadelta"))
    }

    @Test func settingsOfAnotherKindAreRefused() {
        #expect(
            message("{kind: adam, momentum: 0.9}", as: OptimiserRule.self).contains("it takes beta1, beta2, epsilon"))
        #expect(message("{kind: sgd, rho: 0.9}", as: OptimiserRule.self).contains("it takes momentum, nesterov"))
        #expect(message("{kind: adadelta, beta1: 0.9}", as: OptimiserRule.self).contains("it takes rho, epsilon"))
        #expect(message("{kind: constant, factor: 1}", as: Schedule.self).contains("it takes no settings"))
        #expect(message("{kind: step, warmUp: 1}", as: Schedule.self).contains("it takes epochs, factor"))
        #expect(message("{kind: cosine, factor: 1}", as: Schedule.self).contains("it takes warmUp, final"))
        #expect(message("{kind: meanSquaredError, labelSmoothing: 0.1}", as: Loss.self).contains("no settings"))
        #expect(message("step", as: Schedule.self).contains("needs settings"))
    }

    @Test func numbersOutOfRange() {
        let rules = [
            "{kind: sgd, momentum: 1}", "{kind: sgd, momentum: -0.1}", "{kind: adam, beta1: 1}",
            "{kind: adamW, beta2: 1.5}", "{kind: adam, epsilon: 0}", "{kind: adadelta, rho: -1}",
            "{kind: adadelta, epsilon: 1}", "{kind: adam, beta1: .nan}", "{kind: adam, epsilon: .inf}",
        ]
        for text in rules { #expect(message(text, as: OptimiserRule.self).contains("expected"), "\(text)") }
        let schedules = [
            "{kind: step, epochs: 0, factor: 0.5}", "{kind: step, epochs: 3, factor: 0}",
            "{kind: step, epochs: 3, factor: 1.5}", "{kind: cosine, warmUp: -1}", "{kind: cosine, warmUp: .inf}",
            "{kind: cosine, final: 2}", "{kind: cosine, final: .nan}",
        ]
        for text in schedules { #expect(message(text, as: Schedule.self).contains("expected"), "\(text)") }
        for value in ["1", "-0.1", ".nan"] {
            let text = "{kind: softmaxCrossEntropy, labelSmoothing: \(value)}"
            #expect(message(text, as: Loss.self).contains("expected"), "\(text)")
        }
        let options = [
            "epochs: 0", "epochs: 1000001", "epochs: -5", "batch: 0", "batch: 70000", "rate: 0", "rate: -1",
            "rate: .inf", "rate: .nan", "weightDecay: -1", "weightDecay: .nan", "clip: 0", "clip: .inf",
            "averaging: 1", "averaging: -0.1", "patience: 0",
        ]
        for text in options {
            let message = message(text, as: TrainingOptions.self)
            #expect(message.hasPrefix(text.prefix { $0 != ":" }) && message.contains("expected"), "\(message)")
        }
    }

    @Test func valuesMadeInCodeAreCheckedToo() {
        func expectRefused(_ name: String, _ change: (inout TrainingOptions) -> Void) {
            var options = TrainingOptions()
            change(&options)
            let error = #expect(throws: TrainingError.self) { try options.validate() }
            guard case .setting(name, _, _) = error else {
                Issue.record("\(name): \(String(describing: error))")
                return
            }
        }
        expectRefused("epochs") { $0.epochs = .max }
        expectRefused("batch") { $0.batch = .min }
        expectRefused("labelSmoothing") { $0.loss = .softmaxCrossEntropy(labelSmoothing: 1) }
        expectRefused("momentum") { $0.optimiser = .sgd(momentum: 2, nesterov: false) }
        expectRefused("beta2") { $0.optimiser = .adamW(beta1: 0.9, beta2: .nan, epsilon: 1e-8) }
        expectRefused("epsilon") { $0.optimiser = .adadelta(rho: 0.9, epsilon: 0) }
        expectRefused("factor") { $0.schedule = .step(epochs: 1, factor: .nan) }
        expectRefused("warmUp") { $0.schedule = .cosine(warmUp: .infinity, final: 0) }
        expectRefused("patience") { $0.patience = -1 }
    }

    @Test func mutatedSettingsNeverTrap() throws {
        let seed: UInt64 = 20_261
        var generator = SeededGenerator(seed: seed)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let texts = try Self.samples.map { [UInt8](try encoder.encode($0)) }
        let pieces = [
            "-1", "0", "1e999", "1e38", "9223372036854775808", "null", "true", "[]", "{}", "\"\"", "\"sgd\"", "NaN",
            "3.5",
        ].map { [UInt8]($0.utf8) }
        var (read, refused) = (0, 0)
        for round in 0..<2000 {
            var text = texts[generator.index(below: texts.count)]
            for _ in 0...generator.index(below: 2) {
                let place = generator.index(below: text.count)
                switch generator.index(below: 8) {
                case 0: text[place] = UInt8(generator.index(below: 256))
                case 1: text.remove(at: place)
                case 2: text.insert(UInt8(32 + generator.index(below: 95)), at: place)
                case 3: text.removeSubrange(place..<min(text.count, place + 1 + generator.index(below: 20)))
                case 4, 5:
                    // Another digit.
                    guard let digit = text[place...].firstIndex(where: { (48..<58).contains($0) }) else { continue }
                    text[digit] = UInt8(48 + generator.index(below: 10))
                default:
                    // Another value behind a colon.
                    guard let colon = text[place...].firstIndex(of: UInt8(ascii: ":")) else { continue }
                    let end = text[(colon + 1)...].firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
                    text.replaceSubrange(
                        colon + 1..<(end ?? text.count), with: pieces[generator.index(below: pieces.count)])
                }
                if text.isEmpty { text = [UInt8(ascii: "{")] }
            }
            guard let options = try? JSONDecoder().decode(TrainingOptions.self, from: Data(text)) else {
                refused += 1
                continue
            }
            read += 1
            let shown = String(decoding: text, as: UTF8.self)
            #expect(throws: Never.self, "seed \(seed), round \(round): \(shown)") { try options.validate() }
            for progress in [Float(0), 0.5, Float(options.epochs)] {
                let factor = options.schedule.factor(at: progress, of: options.epochs)
                #expect(factor >= 0 && factor <= 1, "seed \(seed), round \(round): \(shown) gives \(factor)")
            }
            #expect(try JSONDecoder().decode(TrainingOptions.self, from: encoder.encode(options)) == options)
        }
        #expect(read > 100 && refused > 500, "\(read) read, \(refused) refused")
    }
}
