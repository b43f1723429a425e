import Formant
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// The classifier.
@Suite struct ClassifierTests {
    @Test func anAnswerDependsOnItsInputAlone() throws {
        let place = try SmallModels.place()
        let paths = TestSounds.classes.flatMap { label, _ in (0..<7).map { place.tone(label, $0) } }
        let one = Classifier(place.sound, pool: WorkerPool(threads: 1))
        let all = try one.classify(recordings: paths).map { try $0.get() }
        let three = try Classifier(place.sound, pool: WorkerPool(threads: 3)).classify(recordings: paths.reversed())
        for (i, result) in three.reversed().enumerated() {
            #expect(try result.get().ranking.map(\.score) == all[i].ranking.map(\.score))
            let alone = try one.classify(recordings: [paths[i]])[0].get()
            #expect(alone.ranking.map(\.score) == all[i].ranking.map(\.score) && alone.label == all[i].label)
            #expect(alone.ranking.map(\.score).reduce(0, +) > 0.9999)
        }
        let texts = (0..<200).map { i in String(repeating: "wake me song ", count: i % 17) + "\(i)" }
        let sentences = Classifier(place.text, pool: WorkerPool(threads: 2))
        for (text, result) in zip(texts, try sentences.classify(texts: texts)) {
            #expect(try sentences.classify(text: text).ranking.map(\.score) == result.ranking.map(\.score))
        }
        #expect(try sentences.classify(texts: []).isEmpty && one.classify(recordings: []).isEmpty)
    }

    @Test func learnedWhatIsEasy() throws {
        let place = try SmallModels.place()
        let classifier = Classifier(place.text)
        #expect(try classifier.classify(text: "please wake me").label == "alarm")
        #expect(try classifier.classify(text: "play song").label == "music")
        let sounds = try Classifier(place.sound).classify(
            recordings: TestSounds.classes.map { place.tone($0.label, 0) })
        #expect(try sounds.map { try $0.get().label } == ["high", "low", "noise"])
    }

    @Test func brokenRecordingsDoNotDisturbOthers() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        let broken = try folder.write("broken.wav", "RIFF")
        let good = place.tone("low", 1)
        let classifier = Classifier(place.sound)
        let results = try classifier.classify(recordings: [broken, good, folder.path("none"), good])
        for i in [0, 2] {
            let error = #expect(throws: (any Error).self) { _ = try results[i].get() }
            #expect(error.map { "\($0)".hasPrefix(folder.path) } == true)
        }
        let alone = try classifier.classify(recordings: [good])[0].get()
        for i in [1, 3] { #expect(try results[i].get().ranking.map(\.score) == alone.ranking.map(\.score)) }
    }

    @Test func theOtherKindOfInputIsRefused() throws {
        let place = try SmallModels.place()
        #expect(throws: ClassifierError.self) { _ = try Classifier(place.sound).classify(text: "x") }
        #expect(throws: ClassifierError.self) {
            _ = try Classifier(place.text).classify(recordings: [place.tone("low", 0)])
        }
        #expect(throws: ClassifierError.self) {
            _ = try Classifier(place.text).windowing(hop: 1)
        }
    }

    @Test func veryLongSentences() throws {
        // Tokens up to a million are let through by the padding: few at a time, so that memory is bounded.
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        let recipe = TestSounds.textRecipe.replacingOccurrences(
            of: "lengthStep: 4", with: "lengthStep: 4, maximumLength: 1000000")
        try train(place.folder.path("sentences.tsv"), recipe, into: folder.path("run")) { _ in }
        let classifier = Classifier(try Model(path: folder.path("run")), pool: WorkerPool(threads: 1))
        let long = String(repeating: "song ", count: 100_000)
        let results = try classifier.classify(texts: [long, "song", long, long, long])
        #expect(results.map(\.label) == Array(repeating: "music", count: 5))
        #expect(results[0].score == results[4].score)
    }

    @Test func outputsThatAreNoNumbers() throws {
        let place = try SmallModels.place()
        var model = place.sound
        let parameters = Parameters(zeros: model.parameters.table)
        parameters.copy(from: model.parameters)
        var bias = try parameters.tensor("dense1.bias")
        bias.values[1] = .infinity
        try parameters.set("dense1.bias", to: bias)
        model.parameters = parameters
        let classifier = Classifier(model)
        let error = #expect(throws: ClassifierError.self) {
            _ = try classifier.classify(recordings: [place.tone("low", 0)])[0].get()
        }
        #expect(error?.description.contains(place.tone("low", 0)) == true)
        #expect(throws: ClassifierError.self) {
            try classifier.forEachWindow(of: place.tone("low", 0), classifier.windowing(hop: 1)) { _ in }
        }
    }
}
