import FormantTestSupport
import Foundation
import Testing

/// Exit statuses, hints at the nearest right name, and nothing but results on standard output.
@Suite struct UsageTests {
    @Test(arguments: ["", "train", "evaluate", "classify", "explain", "features", "inspect"])
    func helpShowsAnExample(command: String) throws {
        let run = try Command.run((command.isEmpty ? [] : [command]) + ["--help"])
        #expect(run.status == 0 && run.errors == "")
        #expect(run.text.contains("\n  formant \(command.isEmpty ? "train" : command) "), "\(run.text)")
    }

    @Test func version() throws {
        let run = try Command.run("--version")
        #expect(run.status == 0 && run.lines.count == 1 && run.text.contains("."))
    }

    @Test(arguments: [
        (["trian", "x"], "train"),
        (["train", "TONES", "--out", "OUT", "--epohcs", "3"], "--epochs"),
        (["train", "TONES", "--out", "OUT", "--recipe", "kws-cn"], "kws-cnn"),
        (["train", "TONES", "--out", "OUT", "--recipe", "kim-rnad"], "kim-rand"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "training.epoch=3"], "\"epochs\""),
        (
            ["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "network.0.convolution.filter=3"],
            "\"filters\""
        ),
        (
            ["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "network.17.convolution.filters=3"],
            "number from 0 to 5"
        ),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "audio.mel.band=3"], "\"bands\""),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "training.epochs=0"], "epochs"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "training.rate=nan"], "rate"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "training.optimiser=adm"], "adam"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "training"], "KEY=VALUE"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "=3"], "KEY=VALUE"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "training.epochs=[1"], "YAML"),
        (["train", "TONES", "--out", "OUT", "--recipe", "TEXT"], "takes text, the corpus holds sound"),
        (["train", "INTENTS", "--out", "OUT", "--recipe", "RECIPE"], "takes sound, the corpus holds text"),
        (["train", "TONES", "--out", "OUT", "--recipe", "mnist-lecture"], "takes images, the corpus holds sound"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "network.5.dense.units=2"], "3 units"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "network.5=relu"], "3 units"),
        (["train", "TONES", "--out", "OUT", "--recipe", "RECIPE", "--set", "network.3.maxPool.window=999"], "maxPool"),
        (["train", "TONES", "--out", "OUT", "--epochs", "0"], "1 or more"),
        (["train", "TONES", "--out", "OUT", "--epochs", "many"], "--epochs"),
        (["train", "TONES", "--out", "OUT", "--seed", "-1"], "--seed"),
        (["train", "TONES", "--out", "OUT", "--folds", "1"], "--folds"),
        (["train", "TONES", "--out", "OUT", "--folds", "group"], "groups"),
        (["train", "TONES", "--out", "OUT", "--threads", "0"], "1 to 1024"),
        (["train", "TONES"], "--out"),
        (["evaluate", "SOUND", "TONES", "--split", "tests"], "train, validation, test or all"),
        (["evaluate", "SOUND"], "<corpus>"),
        (["classify", "SOUND", "-"], "recordings"),
        (["classify", "TEXTRUN", "-", "--hop", "1"], "--hop"),
        (["classify", "SOUND", "TONES", "--hop", "0"], "--hop"),
        (["classify", "SOUND", "TONES", "--hop", "nan"], "--hop"),
        (["classify", "SOUND", "TONES", "--top", "0"], "--top"),
        (["classify", "SOUND", "TONES", "--format", "jsno"], "jsonl"),
        (["classify", "SOUND"], "<inputs>"),
        (["features", "TONES", "--out", "OUT.txt"], ".npz"),
        (["features", "TONES", "--out", "OUT.npy"], ".npz"),
        (["features", "TONES", "--out", "OUT.npz", "--preset", "libros"], "librosa"),
        (["features", "TONES", "--out", "OUT.npz", "--set", "mel.band=3"], "\"bands\""),
        (["features", "TONES", "--out", "OUT.npz", "--set", "mel.bands=-3"], "bands"),
        (["inspect", "recipe", "kws-cn"], "kws-cnn"),
        (["inspect", "recipe", "kws-cnn", "--classes", "0"], "1 to 1000000"),
        (["inspect", "a", "b"], "one thing"),
    ])
    func wrongUsage(arguments: [String], hint: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let words = [
            "TONES": place.tones, "SOUND": place.sound, "TEXTRUN": place.text, "INTENTS": bundledIntents,
            "RECIPE": place.folder.path("sound.yaml"), "TEXT": place.folder.path("text.yaml"),
            "OUT": folder.path("out"),
            "OUT.txt": folder.path("out.txt"), "OUT.npz": folder.path("out.npz"), "OUT.npy": folder.path("out.npy"),
        ]
        let run = try Command.run(arguments.map { words[$0] ?? $0 })
        #expect(run.status == 64, "\(run.errors)")
        #expect(run.output == [])
        #expect(run.errors.contains(hint), "\(run.errors)")
        // Nothing was written.
        #expect(try folder.contents().filter { $0 != "out" } == [])
    }

    @Test func failuresSayWhatFailed() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let recipe = place.folder.path("sound.yaml")
        let card = try folder.write(
            "card.yaml", "name: x\nmodality: audio\nfile: '*.wav'\nlabel: {path: '(?<label>.)'}\n")
        let oneClass = try folder.write(
            "one.csv", "path,label\n\(place.tones)/low/0.wav,a\n\(place.tones)/low/1.wav,a\n")
        let cases: [([String], String)] = [
            (
                ["train", folder.path("nothing"), "--out", folder.path("out"), "--recipe", recipe],
                folder.path("nothing")
            ),
            (["train", card, "--root", place.tones, "--out", folder.path("out"), "--recipe", recipe], "\"files\""),
            (["train", oneClass, "--out", folder.path("out"), "--recipe", recipe], "2 or more"),
            (["train", place.tones, "--out", recipe, "--recipe", recipe], recipe),
            (["train", place.tones, "--out", recipe + "/run", "--recipe", recipe], recipe),
            (["classify", folder.path("nothing"), place.tones], folder.path("nothing")),
            (["classify", place.tones, place.tones], "model.safetensors"),
            (["classify", recipe, place.tones], recipe),
            (["evaluate", place.sound, bundledIntents], "takes sound"),
            (["evaluate", place.text, place.tones], "takes text"),
            (["inspect", folder.path("nothing")], folder.path("nothing")),
            (["features", folder.path("nothing"), "--out", folder.path("out.npz")], folder.path("nothing")),
        ]
        for (arguments, hint) in cases {
            let run = try Command.run(arguments)
            #expect(run.status == 1, "\(arguments): \(run.errors)")
            #expect(!run.text.contains("error"), "\(arguments)")
            #expect(run.errors.contains(hint), "\(arguments): \(run.errors)")
            #expect(!run.errors.contains("NSCocoa"), "\(arguments): \(run.errors)")
        }
    }

    @Test func outputThatCannotBeWrittenShowsBeforeTheWork() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        // A folder where the model is to be.
        try FileManager.default.createDirectory(
            atPath: folder.path("run/model.safetensors"), withIntermediateDirectories: true)
        let run = try Command.run(
            "train", bundledIntents, "--out", folder.path("run"), "--recipe", place.folder.path("text.yaml"), "--json")
        #expect(run.status == 1 && run.output == [] && run.errors.contains(folder.path("run")), "\(run.errors)")
        #expect(!run.errors.contains("epoch"), "\(run.errors)")
        #expect(try folder.contents() == ["run", "run/model.safetensors"])
        let features = try Command.run("features", place.tones, "--out", folder.path("no/such/folder/x.npz"))
        #expect(features.status == 1 && features.output == [] && features.errors.contains("x.npz"))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func fullDisk() throws {
        let place = try TrainedRuns.place()
        for arguments in [
            ["classify", place.sound, place.tones], ["classify", place.sound, place.tones, "--hop", "0.1"],
            ["classify", place.text, bundledIntents + "/manifest.tsv"],
            ["evaluate", place.sound, place.tones, "--json"],
            ["inspect", place.sound], ["inspect", "recipes"],
        ] {
            let run = try Command.run(arguments, output: "/dev/full")
            #expect(run.status == 1, "\(arguments)")
            #expect(run.errors.contains("standard output"), "\(run.errors)")
        }
    }
}
