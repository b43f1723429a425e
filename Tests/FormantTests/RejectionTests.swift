import Formant
import FormantTestSupport
import Testing

/// Models that know when an input is none of their labels.
@Suite struct RejectionTests {
    private func model(_ rejection: Model.Rejection?) throws -> Model {
        var model = try SmallModels.place().text
        model.rejection = rejection
        return model
    }

    private func rejection(_ threshold: Float, outOfScope: String? = nil) -> Model.Rejection {
        var rejection = Model.Rejection(threshold: threshold, label: "unknown", cost: 0.01)
        rejection.outOfScope = outOfScope
        return rejection
    }

    @Test func isKeptInTheFile() throws {
        let folder = try TemporaryFolder()
        for wanted in [nil, rejection(0.1234567), rejection(0.5, outOfScope: "music")] {
            try model(wanted).write(to: folder.path("m.safetensors"))
            #expect(try Model(path: folder.path("m.safetensors")).rejection == wanted)
        }
    }

    @Test func refusesWhatMakesNoSense() throws {
        let folder = try TemporaryFolder()
        var nameless = rejection(0.5)
        nameless.label = ""
        for bad in [
            rejection(1.5), rejection(-0.1), rejection(-1.1, outOfScope: "music"), nameless,
            rejection(0.5, outOfScope: "sport"),
        ] {
            try model(bad).write(to: folder.path("m.safetensors"))
            let error = #expect(throws: ModelFileError.self) { try Model(path: folder.path("m.safetensors")) }
            #expect(error.map { $0.description.contains("rejection: ") } == true)
        }
        var several = try model(rejection(0.5))
        several.scoring = .sigmoid
        try several.write(to: folder.path("m.safetensors"))
        #expect(throws: ModelFileError.self) { try Model(path: folder.path("m.safetensors")) }
    }

    @Test func saysUnknownBelowTheThreshold() throws {
        let plain = try Classifier(model(nil)).classify(texts: ["wake me at 7 please", "", "qwertz"])
        for (threshold, isUnknown) in [(Float(0), [false, true, false]), (1, [true, true, true])] {
            let results = try Classifier(model(rejection(threshold))).classify(
                texts: ["wake me at 7 please", "", "qwertz"])
            #expect(results.map { $0.label == "unknown" } == isUnknown)
            for (result, plain) in zip(results, plain) {
                #expect(result.ranking.map(\.label) == plain.ranking.map(\.label) && result.score == plain.score)
            }
        }
        // What stands for examples out of scope is never named, however high its score.
        let song = "play song number 3"
        let scoped = try Classifier(model(rejection(-1, outOfScope: "music"))).classify(text: song)
        #expect(scoped.label == "alarm" && scoped.ranking.count == 1 && scoped.score < 0.5)
        // Its score is what the others are compared with.
        let behind = try Classifier(model(rejection(0, outOfScope: "music"))).classify(text: song)
        #expect(behind.label == "unknown" && behind.ranking[0].label == "alarm")
    }
}
