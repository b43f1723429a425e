import Formant
import FormantNetwork
import FormantTensor
import FormantTestSupport
import FormantTraining
import Foundation
import Testing

/// Recipes: those that are built in, settings, and documents that are broken.
@Suite struct RecipeTests {
    /// The shape that a resolved recipe's network gets.
    private func input(_ recipe: ResolvedRecipe) throws -> Shape {
        switch recipe.input {
        case .audio(let frontEnd): try frontEnd.featureShape()
        case .text(let options): options.shape(ofTokens: 20)
        case .image(let frontEnd): frontEnd.shape
        case .go(let frontEnd): frontEnd.shape
        }
    }

    @Test(arguments: Recipe.names) func builtInRecipesFitAnyCorpus(name: String) throws {
        let recipe = try Recipe(name)
        #expect(recipe.name == name)
        for (classes, rate) in [(2, 8000), (35, 16_000), (1000, 44_100)] {
            let facts = CorpusFacts(classes: classes, words: 50, dimension: 20, sampleRate: rate)
            let resolved = try recipe.resolved(facts)
            let bound = try resolved.network(input: try input(resolved)).bound()
            // Of Go the labels are the points of the board, whatever is learned from.
            if case .go(let frontEnd) = resolved.input {
                #expect(bound.output == Shape(channels: frontEnd.labels.count))
            } else {
                #expect(bound.output == Shape(channels: classes))
            }
            #expect(try #require(resolved.summary).hasSuffix("."))
            if case .audio(let frontEnd) = resolved.input {
                let own = ["birds-cnn": 24_000, "esc-cnn": 22_050][name]
                #expect(frontEnd.sampleRate == own ?? rate)
            }
            if name.hasPrefix("kim") { #expect(bound.parameters.entries[0].specification.extents == [50, 20]) }
        }
    }

    @Test func theClassesOfGoAreThePointsOfTheBoard() throws {
        let resolved = try Recipe("go-pooling").setting(["go.size=9"]).resolved(CorpusFacts(classes: 2))
        #expect(try resolved.network(input: try input(resolved)).bound().output == Shape(channels: 81))
    }

    @Test func settingsChangeTheDocument() throws {
        let recipe = try Recipe("kws-cnn").setting([
            "training.epochs=7", "training.optimiser={kind: sgd}", "training.optimiser.momentum=0.8",
            "audio.sampleRate=11025",
            "network.0.convolution.filters=5", "audio.deltas.order=first",
        ])
        let resolved = try recipe.resolved(CorpusFacts(classes: 3, sampleRate: 8000))
        #expect(resolved.training.epochs == 7)
        guard case .audio(let frontEnd) = resolved.input else { return #expect(Bool(false), "no sound") }
        #expect(frontEnd.sampleRate == 11_025)
        let network = try resolved.network(input: try frontEnd.featureShape()).bound()
        #expect(network.input.channels == 2 && network.nodes[0].binding.output.channels == 5)
    }

    @Test(arguments: [
        (["training.epoch=3"], "did you mean \"epochs\""), (["trainign.epochs=3"], "did you mean \"training\""),
        (["network.99.relu=1"], "number from 0 to"), (["network.first.relu=1"], "number from 0 to"),
        (["network.-1.relu=1"], "number from 0 to"), (["training..epochs=3"], "a key is empty"),
        (["training.epochs"], "KEY=VALUE"),
        (["training.epochs=-3"], "epochs"), (["training.batch=1e30"], "batch"), (["training.rate=0"], "rate"),
        (["training.rate=-.inf"], "rate"), (["training.clip=0"], "clip"), (["training.averaging=1"], "averaging"),
        (["training.patience=0"], "patience"), (["training=5"], "training"), (["network={}"], "network"),
        (["network=[]"], "network"),
        (["network.0.convolution.filters=word"], "filters"), (["network.17.dense.units=classse"], "classes"),
        (["network.0={}"], "network"), (["audio.clip.seconds=1e300"], "clip.seconds"),
        (["audio.clip.seconds=nan"], "clip.seconds"),
        (["audio=null", "text={}", "image=[1]"], "one of audio, text, image and go"), (["name=[1, 2]"], "name"),
    ])
    func wrongSettingsSayWhatIsWrong(settings: [String], part: String) throws {
        let error = #expect(throws: RecipeError.self) {
            let resolved = try Recipe("kws-cnn").setting(settings).resolved(CorpusFacts(classes: 3))
            do { _ = try resolved.network(input: try input(resolved)).bound() } catch let error as NetworkError {
                throw RecipeError.malformed(recipe: "kws-cnn", reason: "network: \(error)")
            }
        }
        #expect(error?.description.contains(part) == true, "\(settings): \(error.map { "\($0)" } ?? "")")
    }

    @Test func aliasesThatMultiply() throws {
        var bomb =
            "network: &a [relu, relu, relu, relu, relu, relu, relu, relu, relu]\nsummary: &b [*a, *a, *a, *a, *a, *a, *a]\n"
        for (name, of) in zip("cdefghijklmnop", "bcdefghijklmno") {
            bomb += "\(name): &\(name) [\((0..<9).map { _ in "*\(of)" }.joined(separator: ", "))]\n"
        }
        #expect(throws: RecipeError.self) { _ = try Recipe(yaml: bomb, origin: "bomb") }
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
            "a: " + String(repeating: "- ", count: 100_000),
        ] {
            #expect(throws: RecipeError.self) { _ = try Recipe(yaml: text, origin: "deep") }
            #expect(throws: RecipeError.self) {
                _ = try Recipe("kws-cnn").setting(["audio.mel=" + text]).resolved(CorpusFacts(classes: 2))
            }
        }
    }

    private let specials = [
        "0", "-1", "1", "3", "1e999", ".nan", ".inf", "1e308", "9223372036854775807", "9223372036854775808",
        "4294967296",
        "1000000000000", "0.000001", "null", "~", "true", "[]", "{}", "\"", "'", "*a", "&a ", "!!int ", "- ", ": ",
        "? ", "\n", "\t",
        "  ", "#", "|", "all", "same", "words", "classes", "\u{0}", "\u{fffe}", "%", "@", "<<: ",
    ]

    /// Documents with random changes are refused in words, or give a network.
    @Test(arguments: 0..<10) func changedDocuments(part: Int) throws {
        let documents = try Recipe.names.map { try Recipe($0).yaml } + [TestSounds.recipe, TestSounds.textRecipe]
        var (refused, bound) = (0, 0)
        for seed in UInt64(part * 100)..<UInt64(part * 100 + 100) {
            var generator = SeededGenerator(seed: seed)
            let document = documents[generator.index(below: documents.count)]
            let changed = String(
                decoding: mutated(Array(document.utf8), specials: specials, using: &generator), as: UTF8.self)
            do {
                let recipe = try Recipe(yaml: changed, origin: "changed")
                let resolved = try recipe.resolved(CorpusFacts(classes: 4, words: 60, sampleRate: 8000))
                let network = resolved.network(input: try input(resolved))
                _ = try network.bound()
                _ = try resolved.yaml()
                bound += 1
            } catch {
                #expect(!"\(error)".isEmpty, "seed \(seed)")
                refused += 1
            }
        }
        #expect(refused > 20 && bound > 2, "\(refused) refused, \(bound) bound")
    }

    @Test func standardRecipes() throws {
        let place = try SmallModels.place()
        #expect(try Recipe.standard(forCorpus: place.tones, root: nil) == "kws-cnn")
        #expect(try Recipe.standard(forCorpus: place.folder.path("sentences.tsv"), root: nil) == "kim-rand")
        #expect(
            try Recipe.names.map { try Recipe($0).takes() } == [
                "sound", "sound", "text", "text", "text", "sound", "games of Go", "games of Go", "games of Go", "text",
                "text", "text", "text", "sound", "images", "images", "sound", "sound", "images", "text", "text",
            ])
    }
}
