import Formant
import FormantAudio
import FormantTensor
import FormantTestSupport
import FormantTraining
import Foundation
import Testing

/// Augmentation as a part of recipes and of training runs.
@Suite struct AugmentationRunTests {
    /// Everything at once, with noise and rooms from folders.
    private static let all = """
        augmentation:
          speed: {probability: 0.5, factor: [0.9, 1.1]}
          shift: {seconds: [-0.02, 0.02]}
          impulse: {folder: rooms, probability: 0.5, seconds: 0.05}
          gain: {decibels: [-6, 6]}
          noise: {folder: noises, snr: [5, 20]}
          silence: {probability: 0.5, seconds: [0, 0.05]}
          timeMasks: {count: 1, width: 3}
          frequencyMasks: {count: 1, width: 3}
          mixup: {alpha: 0.3}

        """

    /// Tones with folders of noise and of impulse responses below them, which are hidden from the corpus by a manifest.
    private func corpus() throws -> (folder: TemporaryFolder, manifest: String) {
        let folder = try TemporaryFolder()
        try TestSounds.writeCorpus(in: folder, perClass: 8)
        var generator = SeededGenerator(seed: 21)
        let hiss = (0..<6000).map { _ in generator.uniform(in: -0.3..<0.3) }
        try folder.write("noises/hiss.wav", TestSounds.wav(hiss))
        let room = [0.9, 0, 0, 0.4, 0, -0.2] + hiss[..<100].map { $0 * 0.1 }
        try folder.write("rooms/small/room.wav", TestSounds.wav(room))
        return (folder, folder.path("groups.csv"))
    }

    @Test func sameBytesForAnyNumberOfThreads() throws {
        let (folder, manifest) = try corpus()
        var models: [[UInt8]] = []
        for threads in 1...3 {
            try train(
                manifest, TestSounds.recipe + AugmentationRunTests.all, into: folder.path("run \(threads)"),
                threads: threads)
            models.append(try folder.bytes("run \(threads)/model.safetensors"))
        }
        #expect(models[1] == models[0] && models[2] == models[0])
        // Where samples are too many to be kept, recordings are read again.
        try train(manifest, TestSounds.recipe + AugmentationRunTests.all, into: folder.path("read again")) {
            $0.keptSamples = 0
        }
        #expect(try folder.bytes("read again/model.safetensors") == models[0])
        try train(manifest, TestSounds.recipe, into: folder.path("plain"))
        #expect(try folder.bytes("plain/model.safetensors") != models[0])
        // The account of the run holds the settings.
        let account = try String(contentsOfFile: folder.path("run 1/run.json"), encoding: .utf8)
        #expect(account.contains("frequencyMasks") && account.contains("noises"))
    }

    /// With steps too small to move a weight, all that augmentation could change is what it is applied to.
    @Test func validationIsUntouched() throws {
        let (folder, manifest) = try corpus()
        let recipe = TestSounds.recipe.replacingOccurrences(of: "  - batchNorm\n", with: "")
            .replacingOccurrences(of: "rate: 0.01", with: "rate: 1e-30")
        var losses: [(training: [Double], validation: [Double], test: Double?)] = []
        for (name, document) in [("plain", recipe), ("varied", recipe + AugmentationRunTests.all)] {
            let summary = try train(manifest, document, into: folder.path(name))
            let lines = try String(contentsOfFile: folder.path(name + "/history.jsonl"), encoding: .utf8)
                .split(separator: "\n")
            let records = try lines.map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
            }
            losses.append(
                (
                    records.compactMap { $0["train_loss"] as? Double },
                    records.compactMap { $0["validation_loss"] as? Double }, summary.test?.accuracy
                ))
        }
        #expect(losses[0].validation.count == 3 && losses[0].validation == losses[1].validation)
        #expect(losses[0].test == losses[1].test)
        // Each epoch sees something else.
        #expect(Set(losses[1].training).count == 3 && losses[0].training != losses[1].training)
    }

    @Test func theDocumentComesBack() throws {
        let facts = CorpusFacts(classes: 3, sampleRate: 8000)
        let recipe = try Recipe(yaml: TestSounds.recipe + AugmentationRunTests.all, origin: "a test's recipe")
        let resolved = try recipe.resolved(facts)
        #expect(resolved.augmentation.waveform.gain == GainVariation(decibels: DrawRange(-6, 6)))
        #expect(resolved.augmentation.masks.time == MaskVariation(count: 1, width: 3))
        #expect(resolved.augmentation.mixup == Mixup(alpha: 0.3))
        let again = try Recipe(yaml: try resolved.yaml(), origin: "again").resolved(facts)
        #expect(again.augmentation == resolved.augmentation)
        for setting in ["augmentation=null", "augmentation={}"] {
            #expect(try recipe.setting([setting]).resolved(facts).augmentation == Augmentation())
        }
        let less = try recipe.setting(["augmentation.mixup=null", "augmentation.noise.snr=12"]).resolved(facts)
        #expect(less.augmentation.mixup == nil && less.augmentation.waveform.noise?.snr == DrawRange(12, 12))
    }

    @Test(arguments: [
        ("augmentation.gian={}", "did you mean \"gain\""), ("augmentation.gain.decibels=[6, -6]", "gain.decibels"),
        ("augmentation.gain.decibels=[.nan, 1]", "gain.decibels"), ("augmentation.gain.decibel=1", "did you mean"),
        ("augmentation.shift.seconds=[0, 1e9]", "shift.seconds"),
        ("augmentation.shift.edge=warp", "did you mean \"wrap\""),
        ("augmentation.speed.factor=[0, 1]", "speed.factor"), ("augmentation.speed.factor=1e300", "speed.factor"),
        ("augmentation.equaliser.points=1", "equaliser.points"),
        ("augmentation.equaliser.points=65", "equaliser.points"),
        ("augmentation.equaliser.decibels=[-41, 0]", "equaliser.decibels"),
        ("augmentation.equaliser.probability=.nan", "equaliser.probability"),
        ("augmentation.noise={}", "folder"), ("augmentation.noise.folder=\"\"", "noise.folder"),
        ("augmentation.noise.snr=[5, 1000]", "noise.snr"), ("augmentation.impulse.seconds=0", "impulse.seconds"),
        ("augmentation.silence.seconds=[-1, 1]", "silence.seconds"),
        ("augmentation.timeMasks.count=1000", "timeMasks.count"),
        ("augmentation.timeMasks.width=-1", "timeMasks.width"),
        ("augmentation.timeMasks.width=9223372036854775808", "timeMasks.width"),
        ("augmentation.frequencyMasks.probability=2", "frequencyMasks.probability"),
        ("augmentation.mixup.alpha=0", "mixup.alpha"), ("augmentation.mixup.probability=-.inf", "mixup.probability"),
        ("augmentation=[]", "augmentation"), ("augmentation=5", "augmentation"),
    ]) func wrongSettingsSayWhatIsWrong(setting: String, part: String) throws {
        let recipe = try Recipe(yaml: TestSounds.recipe + AugmentationRunTests.all, origin: "a test's recipe")
        let error = #expect(throws: RecipeError.self) {
            _ = try recipe.setting([setting]).resolved(CorpusFacts(classes: 3, sampleRate: 8000))
        }
        #expect(error?.description.contains(part) == true, "\(setting): \(error.map { "\($0)" } ?? "")")
    }

    @Test func sentencesAreNotAugmented() throws {
        let error = #expect(throws: RecipeError.self) {
            _ = try Recipe("kim-rand").setting(["augmentation.mixup={}"]).resolved(CorpusFacts(classes: 3))
        }
        #expect(error?.description.contains("augmentation is for recipes with audio") == true)
    }

    @Test func foldersThatAreNotThere() throws {
        let (folder, manifest) = try corpus()
        for (old, key) in [("noises", "augmentation.noise.folder"), ("rooms", "augmentation.impulse.folder")] {
            let recipe =
                TestSounds.recipe
                + AugmentationRunTests.all.replacingOccurrences(of: "folder: \(old)", with: "folder: nowhere")
            let error = #expect(throws: AudioError.self) { try train(manifest, recipe, into: folder.path("run")) }
            #expect(error?.description.contains(key) == true && error?.description.contains("nowhere") == true)
        }
    }

    // MARK: Axes

    @Test func axes() throws {
        let facts = CorpusFacts(classes: 10, sampleRate: 8000)
        let recipe = try Recipe("speech-lecture")
        var shapes: [String] = []
        for axis in FilterAxis.allCases {
            let resolved = try recipe.along(axis).resolved(facts)
            guard case .audio(let frontEnd) = resolved.input else { continue }
            let bound = try resolved.network(input: try frontEnd.featureShape()).bound()
            #expect(bound.output == Shape(channels: 10))
            shapes.append("\(bound.nodes[0].binding.output)")
        }
        // 64 bands and 63 frames; filters of 9 × all, all × 9, and 5 × 5 with padding.
        #expect(shapes == ["96×56×1", "96×1×55", "32×64×63"])
        #expect(try recipe.resolved(facts).yaml() == recipe.along(.frequency).resolved(facts).yaml())
        let alone = #expect(throws: RecipeError.self) { _ = try Recipe("kws-cnn").along(.time) }
        #expect(alone?.description.contains("kws-cnn") == true)
    }

    @Test(arguments: [
        ("axis=diagonal", "diagonal"), ("axis=null", "axis"), ("axis=[time]", "axis"), ("network.up=[]", "up"),
        ("network={time: [relu]}", "axis"), ("network={}", "network"), ("network=[relu]", "axis"),
        ("network.frequency=5", "network"),
    ]) func wrongAxes(setting: String, part: String) throws {
        let error = #expect(throws: RecipeError.self) {
            _ = try Recipe("speech-lecture").setting([setting]).resolved(CorpusFacts(classes: 3, sampleRate: 8000))
        }
        #expect(error?.description.contains(part) == true, "\(setting): \(error.map { "\($0)" } ?? "")")
    }
}
