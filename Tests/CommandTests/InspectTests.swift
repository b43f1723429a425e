import FormantTestSupport
import Foundation
#if canImport(FoundationXML)
    import FoundationXML
#endif
import Testing

/// `inspect`.
@Suite struct InspectTests {
    @Test func lectureNetwork() throws {
        let run = try Command.run("inspect", "recipe", "mnist-lecture")
        #expect(run.status == 0 && run.errors == "")
        #expect(run.text.contains("1×28×28 → 25×26×26 → 25×13×13 → 50×11×11 → 50×5×5 → 1250 → "))
        #expect(run.lines.contains { $0.hasSuffix("→ 10") })
        // The layers stand behind the document as comments.
        let layers = run.lines.filter { $0.hasPrefix("# ") }.map { $0.dropFirst(2) }
        let rows = layers.map { $0.split(separator: " ").map(String.init) }
        let convolutions = rows.filter { $0.count >= 4 && $0[1] == "convolution" }
        #expect(convolutions.map { $0[3] } == ["9", "225"])
        let network = try #require(
            try object(try Command.run("inspect", "recipe", "mnist-lecture", "--json").text)["network"]
                as? [String: Any])
        let listed = try #require(network["layers"] as? [[String: Any]])
        #expect(listed.compactMap { $0["weights_per_filter"] as? Int }.prefix(2) == [9, 225])
        // 25 filters of 9 weights and 50 of 225, each with a bias.
        let parameters = listed.compactMap { $0["parameters"] as? Int }.prefix(6).reduce(0, +)
        #expect(parameters == 250 + 11_300)
    }

    @Test func denseEquivalent() throws {
        let run = try Command.run("inspect", "recipe", "mnist-lecture", "--dense-equivalent")
        #expect(run.status == 0 && run.errors == "")
        let rows = run.lines.map { $0.split(separator: " ").map(String.init) }
        // 25 filters of 9 weights between 784 and 16,900 values.
        #expect(
            rows.contains(["convolution1", "1×28×28", "25×26×26", "225", "152100", "676.0", "13249600", "58887.1"]))
        let model = try object(
            try Command.run("inspect", try TrainedRuns.place().sound, "--dense-equivalent", "--json").text)
        #expect((model["layers"] as? [[String: Any]])?.isEmpty == false)
        #expect(try Command.run("inspect", "recipes", "--dense-equivalent").status == 64)
    }

    @Test func everyRecipe() throws {
        let list = try Command.run("inspect", "recipes")
        let names = list.lines.compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(
            names == [
                "bc-resnet", "birds-cnn", "char-cnn", "char-cnn-large", "dpcnn", "esc-cnn", "go-lecture",
                "go-policy", "go-pooling", "kim-multichannel", "kim-nonstatic", "kim-rand", "kim-static", "kws-cnn",
                "mnist-augmented", "mnist-lecture", "speech-lecture", "tc-resnet8", "vgg16-features", "word-char",
                "word-char-multichannel",
            ])
        let folder = try TemporaryFolder()
        for name in names {
            let run = try Command.run("inspect", "recipe", name, "--json")
            #expect(run.status == 0, "\(run.errors)")
            let recipe = try object(run.text)
            #expect(recipe["kind"] as? String == "recipe" && recipe["name"] as? String == name)
            #expect(((recipe["network"] as? [String: Any])?["parameters"] as? Int ?? 0) > 1000)
            // What is printed can be written to a file and used.
            let file = try folder.write(name + ".yaml", try #require(recipe["document"] as? String))
            let again = try object(try Command.run("inspect", "recipe", file, "--json").text)
            #expect(again["network"] as? NSDictionary == recipe["network"] as? NSDictionary)
        }
        // The filters of the lecture's speech network stand at one place in time.
        let speech = try Command.run("inspect", "recipe", "speech-lecture")
        #expect(speech.text.contains("→ 96×56×1"), "\(speech.text)")
        let fewer = try Command.run("inspect", "recipe", "kws-cnn", "--set", "audio.mel.bands=20", "--classes", "35")
        #expect(fewer.text.contains("1×20×81 → ") && fewer.text.contains("→ 35\n"))
    }

    @Test func aModel() throws {
        let place = try TrainedRuns.place()
        let run = try Command.run("inspect", place.sound)
        #expect(run.status == 0 && run.errors == "")
        #expect(run.text.contains("1×16×16 → 8×16×16 → 8×8×8 → 512 → 3"), "\(run.text)")
        #expect(run.text.contains("3: high, low, noise"))
        let model = try object(try Command.run("inspect", place.sound + "/model.safetensors", "--json").text)
        #expect(model["kind"] as? String == "model" && model["labels"] as? [String] == ["high", "low", "noise"])
        let network = try #require(model["network"] as? [String: Any])
        // 8 filters of 9 weights and a bias, scale and shift of 8 channels, 3 units over 512 values.
        #expect(network["parameters"] as? Int == 8 * 10 + 16 + 3 * 513)
        let text = try Command.run("inspect", place.text)
        #expect(text.status == 0 && text.text.contains("takes    text"))
    }

    @Test func timesOfAModel() throws {
        let place = try TrainedRuns.place()
        let model = try object(try Command.run("inspect", place.sound, "--json").text)
        let steps = try #require(model["times"] as? [[String: Any]])
        let shares = steps.compactMap { $0["share"] as? Double }
        #expect(shares.count == steps.count && abs(shares.reduce(0, +) - 1) < 1e-9)
        #expect(steps.allSatisfy { ($0["milliseconds"] as? Double ?? 0) > 0 })
        let names = steps.flatMap { $0["layers"] as? [String] ?? [] }
        let network = try #require((model["network"] as? [String: Any])?["layers"] as? [[String: Any]])
        #expect(Set(names).isSubset(of: network.compactMap { $0["name"] as? String }))
        let text = try Command.run("inspect", place.sound)
        #expect(text.lines.contains { $0.hasPrefix("layer ") && $0.hasSuffix(" time") }, "\(text.text)")
    }

    @Test func diagrams() throws {
        let folder = try TemporaryFolder()
        for name in ["kim-multichannel", "bc-resnet", "mnist-lecture"] {
            let path = folder.path(name + ".svg")
            let run = try Command.run("inspect", "recipe", name, "--diagram", path, "--quiet")
            #expect(run.status == 0, "\(run.errors)")
            let bytes = try folder.bytes(name + ".svg")
            let parser = XMLParser(data: Data(bytes))
            #expect(parser.parse(), "\(name): \(parser.parserError.map { "\($0)" } ?? "")")
            #expect(try Command.run("inspect", "recipe", name, "--diagram", path, "--quiet").status == 0)
            #expect(try folder.bytes(name + ".svg") == bytes)
        }
        let place = try TrainedRuns.place()
        #expect(try Command.run("inspect", place.sound, "--diagram", folder.path("model.svg")).status == 0)
        #expect(try folder.bytes("model.svg").starts(with: "<?xml".utf8))
        for arguments in [[place.tones], ["recipes"]] {
            let run = try Command.run(["inspect"] + arguments + ["--diagram", folder.path("none.svg")])
            #expect(run.status == 64 && run.errors.contains("--diagram"), "\(run.errors)")
        }
        #expect(try !folder.names.contains("none.svg"))
        let nowhere = try Command.run("inspect", place.sound, "--diagram", folder.path("no/where.svg"))
        #expect(nowhere.status == 1 && nowhere.errors.contains("where.svg"), "\(nowhere.errors)")
    }

    @Test func aCorpus() throws {
        let place = try TrainedRuns.place()
        let corpus = try object(try Command.run("inspect", place.folder.path("groups.csv"), "--json").text)
        #expect(
            corpus["kind"] as? String == "corpus" && corpus["examples"] as? Int == 60 && corpus["groups"] as? Int == 4)
        #expect((corpus["labels"] as? [[String: Any]])?.compactMap { $0["unassigned"] as? Int } == [20, 20, 20])
        #expect(corpus["sample_rates"] as? [String: Int] == ["8000": 60])
        #expect(corpus["problem_count"] as? Int == 0)
        let folder = try TemporaryFolder()
        let table = try folder.write("table.tsv", "text\tlabel\none two\ta\nthree\tb\n\tb\nfour\t\n")
        let text = try Command.run("inspect", table)
        #expect(text.status == 0 && text.text.contains("1.0 to 2.0 words"), "\(text.text)")
        #expect(text.text.contains("problems\n") && text.text.contains("line 4") && text.text.contains("line 5"))
    }

    @Test func aRecording() throws {
        let place = try TrainedRuns.place()
        let recording = try object(try Command.run("inspect", place.tones + "/low/0.wav", "--json").text)
        #expect(recording["kind"] as? String == "recording")
        #expect(recording["sample_rate"] as? Int == 8000 && recording["channels"] as? Int == 1)
        #expect(recording["frames"] as? Int == 2400 && recording["seconds"] as? Double == 0.3)
        let peak = try #require(recording["peak"] as? Double)
        let mean = try #require(recording["root_mean_square"] as? Double)
        // Of a sine with little noise: the peak is √2 times the effective value.
        #expect(abs(peak / mean - 2.0.squareRoot()) < 0.08 && peak < 0.83)
        let broken = try Command.run("inspect", place.folder.path("sound.yaml"))
        #expect(broken.status == 1 && broken.errors.contains("sound.yaml"))
    }
}
