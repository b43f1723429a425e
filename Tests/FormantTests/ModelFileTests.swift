import Formant
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// The model file.
@Suite struct ModelFileTests {
    @Test func readsWhatItWrote() throws {
        let place = try SmallModels.place()
        for model in [place.sound, place.text] {
            let bytes = try model.encoded()
            let again = try Model(try SafeTensors(data: Data(bytes), path: "x"), path: "x")
            #expect(again.frontEnd == model.frontEnd && again.labels == model.labels)
            #expect(again.scoring == model.scoring && again.provenance == model.provenance)
            for entry in model.parameters.table.entries {
                #expect(try again.parameters.tensor(entry.name) == model.parameters.tensor(entry.name))
            }
            #expect(try again.encoded() == bytes)
            let folder = try TemporaryFolder()
            try model.write(to: folder.path("m.safetensors"))
            #expect(try folder.bytes("m.safetensors") == bytes)
            #expect(try Model(path: folder.path("m.safetensors")).provenance == model.provenance)
        }
    }

    @Test func headerIsAlignedAndSorted() throws {
        let contents = SafeTensors(
            tensors: [
                "b": Tensor(extents: [2, 1], values: [1, -0.0]),
                "a": Tensor(extents: [], values: [.leastNonzeroMagnitude]),
                "é\"\\": Tensor(extents: [0, 3], values: []),
            ], metadata: ["k": "v\u{0}\n\"", "formant": "{}"])
        let bytes = try contents.encoded()
        let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(length % 8 == 0 && bytes.count == 8 + length + 12)
        #expect(Array(bytes[(8 + length)...]) == [1, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x80])
        let again = try SafeTensors(data: Data(bytes), path: "x")
        #expect(again.tensors == contents.tensors && again.metadata == contents.metadata)
        // A part of a larger piece of memory is read like a whole one.
        let part = Data([1, 2, 3] + bytes)[3...]
        #expect(try SafeTensors(data: part, path: "x").tensors == contents.tensors)
    }

    @Test func valuesFollowEachOther() throws {
        func read(_ header: String, _ count: Int) throws -> SafeTensors {
            let bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
            return try SafeTensors(data: Data(bytes + (0..<UInt8(count))), path: "file.x")
        }
        func entry(_ name: String, _ shape: String, _ first: Int, _ last: Int) -> String {
            "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(first),\(last)]}"
        }
        let good = "{\(entry("b", "[1]", 0, 4)),\(entry("empty", "[0,9]", 4, 4)),\(entry("a", "[2]", 4, 12))}"
        #expect(try read(good, 12).tensors["a"]?.values == [0x0706_0504, 0x0b0a_0908].map { Float(bitPattern: $0) })
        #expect(try read(good, 12).tensors["empty"]?.extents == [0, 9])
        for (header, count) in [
            (good, 13), (good, 11), ("{}", 1), ("{\(entry("a", "[1]", 4, 8))}", 8), ("{\(entry("a", "[1]", 0, 4))}", 8),
            // The same values for two tensors: a few bytes of header could ask for any amount of memory.
            ("{\(entry("a", "[2]", 0, 8)),\(entry("b", "[2]", 0, 8))}", 8),
            ("{\(entry("a", "[2]", 0, 8)),\(entry("b", "[1]", 4, 8))}", 8),
        ] {
            let error = #expect(throws: ModelFileError.self) { _ = try read(header, count) }
            #expect(error?.description.hasPrefix("file.x: byte ") == true)
        }
    }

    @Test func missingFilesAreNamed() throws {
        let folder = try TemporaryFolder()
        for (path, reason) in [
            (folder.path("nothing"), "no such file"), (folder.path, "without model.safetensors"),
            ("/dev/zero", "no such file"),
        ] {
            let error = #expect(throws: ModelFileError.self) { _ = try Model(path: path) }
            #expect(error?.description.contains(path) == true && error?.description.contains(reason) == true)
        }
    }

    @Test func otherTensorsAreRefused() throws {
        let model = try SmallModels.place().sound
        let contents = try SafeTensors(data: Data(try model.encoded()), path: "x")
        func refuse(_ part: String, _ change: (inout SafeTensors) -> Void) {
            var changed = contents
            change(&changed)
            let error = #expect(throws: ModelFileError.self) { _ = try Model(changed, path: "file.x") }
            let text = error?.description ?? ""
            #expect(text.hasPrefix("file.x: ") && text.contains(part), "\(text)")
        }
        refuse("dense1.weight") { $0.tensors["dense1.weight"]!.values[7] = .nan }
        refuse("dense1.bias") { $0.tensors["dense1.bias"]!.values[0] = -.infinity }
        refuse("dense1.bias") { $0.tensors["dense1.bias"] = Tensor(extents: [1, 3], values: [1, 2, 3]) }
        refuse("the file holds") { $0.tensors["dense1.bias"] = nil }
        refuse("the file holds") { $0.tensors["more"] = Tensor(zeros: [1]) }
        refuse("dense1.bias is missing") {
            $0.tensors["other"] = $0.tensors["dense1.bias"]
            $0.tensors["dense1.bias"] = nil
        }
        refuse("no entry") { $0.metadata["formant"] = nil }
        refuse("version 7") {
            $0.metadata["formant"] = $0.metadata["formant"]!.replacingOccurrences(
                of: "\"formatVersion\":1", with: "\"formatVersion\":7")
        }
    }

    /// What is put into descriptions.
    private let specials = [
        "0", "-1", "1", "7", "1e999", "-1e999", "1e308", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808",
        "4294967296", "65536", "1000000000000", "0.000001", "null", "true", "\"nan\"", "[]", "{}", "\"\"", "\"", "\\",
        "[[[[",
        "{\"a\":", ",", ":", "\u{0}", "\"all\"", "\"same\"", "\"corpus\"",
    ]

    /// Models with a changed description are refused by name, or work.
    @Test(arguments: 0..<10) func changedDescriptions(part: Int) throws {
        let place = try SmallModels.place()
        var outcomes = (refused: 0, worked: 0)
        for seed in UInt64(part * 100)..<UInt64(part * 100 + 100) {
            var generator = SeededGenerator(seed: seed)
            let model = seed % 2 == 0 ? place.sound : place.text
            var contents = try SafeTensors(data: Data(try model.encoded()), path: "x")
            let description = try #require(contents.metadata["formant"])
            let changed = mutated(Array(description.utf8), specials: specials, using: &generator)
            contents.metadata["formant"] = String(decoding: changed, as: UTF8.self)
            do throws(ModelFileError) {
                let model = try Model(contents, path: "file.x")
                try use(model, place)
                outcomes.worked += 1
            } catch {
                #expect(error.description.hasPrefix("file.x: "), "seed \(seed): \(error)")
                outcomes.refused += 1
            }
        }
        #expect(outcomes.refused > 20 && outcomes.refused + outcomes.worked == 100, "\(outcomes)")
    }

    /// Files with changed bytes are refused by name, or work.
    @Test(arguments: 0..<4) func changedBytes(part: Int) throws {
        let place = try SmallModels.place()
        let files = try [place.sound, place.text].map { try $0.encoded() }
        for seed in UInt64(part * 100)..<UInt64(part * 100 + 100) {
            var generator = SeededGenerator(seed: 5000 + seed)
            var bytes = mutated(files[Int(seed % 2)], specials: specials, using: &generator)
            // Half of them with a length of the header that is right again.
            if seed % 4 < 2, bytes.count > 8, let end = bytes.firstIndex(of: 0x7b).map({ _ in files[Int(seed % 2)] }) {
                bytes.replaceSubrange(0..<8, with: end[0..<8])
            }
            do throws(ModelFileError) {
                try use(try Model(try SafeTensors(data: Data(bytes), path: "file.x"), path: "file.x"), place)
            } catch { #expect(error.description.hasPrefix("file.x: "), "seed \(seed): \(error)") }
        }
    }

    /// Classifies with a model that was read; what it answers, or says is wrong, does not matter here.
    private func use(_ model: Model, _ place: SmallModels.Place) throws(ModelFileError) {
        // A network that grew to a size at which it takes seconds is left alone.
        guard let bound = try? model.network.bound(),
            bound.nodes.reduce(0, { $0 + $1.binding.multiplications }) < 50_000_000
        else { return }
        let classifier = Classifier(model, pool: WorkerPool(threads: 1))
        switch model.frontEnd {
        case .audio(let frontEnd):
            guard frontEnd.clip.seconds < 20 else { return }
            for result in (try? classifier.classify(recordings: [place.tone("low", 0), place.tone("noise", 1)])) ?? [] {
                if case .success(let result) = result {
                    #expect(result.score.isFinite && result.ranking.count == model.labels.count)
                }
            }
            try? classifier.forEachWindow(of: place.tone("high", 0), classifier.windowing(hop: 0.1)) {
                #expect($0.result.score.isFinite)
            }
        case .text(let frontEnd):
            guard frontEnd.padding.paddedLength(ofTokens: 5) < 5000 else { return }
            for result in (try? classifier.classify(texts: ["wake me", "", "x y z wake song"])) ?? [] {
                #expect(result.score.isFinite && result.ranking.count == model.labels.count)
            }
        case .image:
            // A recording is no picture, whatever the model says that it takes.
            for case .success in (try? classifier.classify(pictures: [place.tone("low", 0)])) ?? [] {
                Issue.record("a recording was classified as a picture")
            }
        }
    }
}
