import FormantTensor
import FormantText
import Foundation
import Testing

@Suite struct VectorFormatTests {
    private func read(
        _ bytes: [UInt8], keeping words: [String]? = nil, leading: Int = 0, list: String? = nil
    ) throws -> WordVectors {
        try WordVectors(
            bytes: bytes, name: "v", keeping: try words.map { try Vocabulary(words: $0) }, leading: leading,
            wordList: list.map { Array($0.utf8) })
    }

    @Test func word2vecBinary() throws {
        let rows: [(String, [Float])] = [
            ("the", [0.25, -1e-30]), ("of", [3, 4]), ("Straße", [5, 6]), ("of", [7, 8]),
        ]
        for lineFeeds in [true, false] {
            let vectors = try read(VectorFiles.word2vec(rows, lineFeeds: lineFeeds))
            #expect(vectors.format == .word2vecBinary(rows: 4, dimension: 2))
            #expect(vectors.words == ["the", "of", "Straße"] && vectors.statistics.duplicates == 1)
            #expect(vectors["the"] == [0.25, -1e-30] && vectors["of"] == [3, 4] && vectors.statistics.rows == 4)
        }
        #expect(try read(VectorFiles.word2vec(rows), keeping: ["Of"]).words == ["of"])
    }

    /// The mean of a word's row and those of its n-grams; of the n-grams alone for a word that has no row.
    @Test func fastTextModels() throws {
        let model = VectorFiles.Model()
        let vectors = try read(model.bytes, keeping: ["of", "</s>", "thee", "x", "OF"])
        #expect(vectors.format == .fastTextBinary(words: 3, dimension: 2) && vectors.statistics.rows == 3)
        #expect(vectors.words == ["</s>", "of", "thee", "x"] && vectors.composedCount == 2)
        #expect(vectors["</s>"] == [1, 1.25])
        func bucket(_ gram: String) -> Float {
            var hash: UInt32 = 2_166_136_261
            for byte in gram.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
            return Float(3 + hash % 7)
        }
        let grams = ["<o", "<of", "of", "of>", "f>"].map(bucket)
        let sum = grams.reduce(2, +)
        #expect(vectors["of"] == [sum / 6, (sum + 6 * 0.25) / 6])
        let unknown = ["<x", "<x>", "x>"].map(bucket).reduce(0, +)
        #expect(vectors["x"] == [unknown / 3, (unknown + 0.75) / 3])
        // OF is known with case folded, and needs nothing put together.
        #expect(vectors["OF"] == nil)
        let vocabulary = try Vocabulary(words: ["of", "</s>", "thee", "x", "OF"])
        let coverage = vectors.coverage(of: vocabulary)
        #expect(coverage.exact == 2 && coverage.folded == 1 && coverage.composed == 2 && coverage.missing == 0)
        #expect(coverage.description.contains("3 of 5 words (60.0 %)") && coverage.description.contains("2 more"))
        var generator = SeededGenerator(seed: 1)
        let composed = vectors.embeddingMatrix(for: vocabulary, using: &generator)
        #expect(composed.values[10..<12] == vectors["x"]![...] && composed.values[12..<14] == vectors["of"]![...])
        let zero = vectors.embeddingMatrix(for: vocabulary, unknown: .zero, using: &generator)
        #expect(zero.values[2..<4] == [0, 0] && zero.values[8..<12] == [0, 0, 0, 0] && zero.values[4..<6] != [0, 0])
        let random = vectors.embeddingMatrix(for: vocabulary, unknown: .random, using: &generator)
        #expect(random.values[10..<12] != vectors["x"]![...] && random.values[10] != 0)
        #expect(random.values[4..<6] == vectors["of"]![...])
    }

    @Test func classifiersOfFastText() throws {
        var model = VectorFiles.Model(kind: 3, labels: ["__label__a", "__label__b"])
        #expect(try read(model.bytes).words == ["the", "</s>", "of"])
        // Version 11 had no n-grams of characters in classifiers.
        model.version = 11
        let old = try read(model.bytes, keeping: ["of", "thee"])
        #expect(old["of"] == [2, 2.25] && old.composedCount == 0)
        model = VectorFiles.Model(buckets: 0, shortest: 0, longest: 0, kind: 3)
        #expect(try read(model.bytes, keeping: ["of", "thee"]).words == ["of"])
    }

    @Test func arraysOfEachKind() throws {
        let numbers: [Float] = [1, 2, 3, 0.5, -0.25, 0]
        let doubles = numbers.flatMap { VectorFiles.little(Double($0).bitPattern) }
        let halves: [UInt16] = [0x3c00, 0x4000, 0x4200, 0x3800, 0xb400, 0]
        let columns: [Float] = [1, 3, -0.25, 2, 0.5, 0]
        let files: [[UInt8]] = [
            VectorFiles.array("<f4", shape: "(3, 2)", VectorFiles.floats(numbers)),
            VectorFiles.array("<f4", shape: "(3, 2)", VectorFiles.floats(numbers), version: 2),
            VectorFiles.array("=f8", shape: "(3,2)", doubles, version: 3),
            VectorFiles.array("<f2", shape: "(3, 2)", halves.flatMap { VectorFiles.little($0) }),
            VectorFiles.array(">f4", shape: "(3, 2)", numbers.flatMap { VectorFiles.little($0.bitPattern).reversed() }),
            VectorFiles.array("<f4", fortran: true, shape: "(3, 2)", VectorFiles.floats(columns)),
        ]
        for file in files {
            for bytes in [file, VectorFiles.gzip(file)] {
                let vectors = try read(bytes, list: "a\nof b\r\nc\n")
                #expect(vectors.format == .array(rows: 3, dimension: 2) && vectors.words == ["a", "of b", "c"])
                #expect(vectors["a"] == [1, 2] && vectors["of b"] == [3, 0.5] && vectors["c"] == [-0.25, 0])
                let some = try read(bytes, keeping: ["c", "A"], list: "a\nof b\nc")
                #expect(some.words == ["a", "c"] && some["c"] == [-0.25, 0] && some["a"] == [1, 2])
            }
        }
        let tiny = VectorFiles.array(
            "<f2", shape: "(1, 2)", VectorFiles.little(UInt16(1)) + VectorFiles.little(UInt16(0x8400)))
        #expect(try read(tiny, list: "a")["a"] == [0x1p-24, -0x1p-14])
    }

    @Test func theListStandsBesideTheArray() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("formant-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("m.npy").path
        let array = VectorFiles.array("<f4", shape: "(2, 1)", VectorFiles.floats([1, 2]))
        try Data(array).write(to: URL(fileURLWithPath: path))
        let error = try #require(throws: TextError.self) { try WordVectors(contentsOf: path, keeping: nil) }
        #expect(error.description.contains("--vector-words"), "\(error)")
        try Data("x\ny\n".utf8).write(to: folder.appendingPathComponent("m.vocab"))
        #expect(try WordVectors(contentsOf: path, keeping: nil).words == ["x", "y"])
        let other = folder.appendingPathComponent("other").path
        try Data("p\nq\n".utf8).write(to: URL(fileURLWithPath: other))
        #expect(try WordVectors(contentsOf: path, keeping: nil, wordList: other).words == ["p", "q"])
        #expect(throws: TextError.self) { try WordVectors(contentsOf: other, keeping: nil, wordList: other) }
    }

    @Test func leadingRowsAreKept() throws {
        let text = Array("the 1\nof 2\nthe 3\nand 4\nto 5\n".utf8)
        let vectors = try read(text, keeping: ["to", "of"], leading: 3)
        #expect(vectors.words == ["the", "of", "to"] && vectors.leadingWords == ["the", "of"])
        #expect(try read(text, keeping: ["to"]).leadingWords.isEmpty)
        #expect(try read(VectorFiles.Model().bytes, keeping: ["of"], leading: 1).words == ["the", "of"])
    }

    @Test func gzipOfSeveralMembers() throws {
        let long = (0..<30_000).map { "w\($0) \($0) 0.5\n" }.joined()
        let whole = try read(VectorFiles.gzip(Array(long.utf8)), keeping: ["w29999"])
        #expect(whole["w29999"] == [29999, 0.5] && whole.statistics.rows == 30_000)
        let parts = VectorFiles.gzip(Array("a 1\nb".utf8)) + VectorFiles.gzip(Array(" 2\n".utf8)) + [0, 0, 0]
        #expect(try read(parts)["b"] == [2])
        let bytes = VectorFiles.gzip(VectorFiles.word2vec([("a", [1, 2]), ("b", [3, 4])]))
        #expect(try read(bytes)["b"] == [3, 4])
        #expect(try read(VectorFiles.gzip(VectorFiles.Model().bytes), keeping: ["</s>"])["</s>"] == [1, 1.25])
    }

    private struct Golden: Decodable {
        struct File: Decodable {
            var name: String
            var bytes: Data
            var words: [String]
            var vectors: [[UInt32]]
            var unknown: [String]
            var composed: [[UInt32]]
        }
        var files: [File]
    }

    @Test func gensimReadsTheSame() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/vectors.json")
        let golden = try JSONDecoder().decode(Golden.self, from: try Data(contentsOf: url))
        #expect(golden.files.count == 5)
        for file in golden.files {
            let all = file.words + file.unknown
            let expected = file.vectors + file.composed
            for words in [nil, all] {
                let vectors = try read(Array(file.bytes), keeping: words)
                #expect(vectors.words.prefix(file.words.count).map(scalars) == file.words.map(scalars), "\(file.name)")
                for (word, bits) in zip(all, expected).prefix(words == nil ? file.words.count : all.count) {
                    #expect(vectors[word]?.map(\.bitPattern) == bits, "\(file.name): \(word)")
                }
            }
        }
    }

    @Test(
        arguments: [
            (VectorFiles.Model(version: 13).bytes, "byte 4: expected version 11 or 12, found 13"),
            (VectorFiles.Model(version: 12, pruned: 5).bytes, "a quantised fastText model"),
            (VectorFiles.Model(quantised: true).bytes, "a quantised fastText model"),
            (VectorFiles.Model(dimension: 0).bytes, "byte 8: expected a dimension"),
            (VectorFiles.Model(claimedWords: 1_000_000_000).bytes, "expected"),
            (VectorFiles.Model(claimedRows: 1 << 60).bytes, "expected a matrix of 3 + 7 rows"),
            (Array(VectorFiles.Model().bytes.prefix(150)), "the end of the file"),
            (Array("1000000000 3\na ".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "byte 27"),
            (VectorFiles.word2vec([("a", [1, .nan])]), "byte 10: expected a finite number"),
            (VectorFiles.word2vec([("a", [1, 2])]) + [0x61], "expected the end after the 1 rows"),
            (Array(VectorFiles.gzip(Array("a 1 2\nb 3 4\n".utf8)).prefix(20)), "the end of the file"),
            (VectorFiles.gzip([]), "gzip of nothing"), (VectorFiles.gzip(VectorFiles.gzip([0x61])), "gzip within gzip"),
            ([0x1f, 0x8b, 9, 9, 9], "gzip"),
            (Array("PAR1abc".utf8), "Parquet"), (Array("<!DOCTYPE html>\n".utf8), "HTML"),
            (Array("  <html lang=en>".utf8), "HTML"), (Array("{\n  \"a\": 1}".utf8), "JSON"),
            ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a], "PNG"), ([0x80, 0x04, 0x95], "pickle"),
            ([40, 0, 0, 0, 0, 0, 0, 0] + Array("{\"a\":{\"dtype\":\"F32\"".utf8), "safetensors"),
            ([UInt8](repeating: 0x61, count: 257) + Array("ustar\u{0}00".utf8), "tar archive"),
        ] as [([UInt8], String)])
    func wrongFiles(bytes: [UInt8], hint: String) throws {
        let error = try #require(throws: TextError.self) { try read(bytes, list: nil) }
        #expect(error.description.contains(hint), "\(error)")
    }

    @Test(arguments: [
        ("<i4", "(2, 1)", "a\nb", "f2, f4 or f8"), ("<f4", "(2,)", "a\nb", "a matrix"),
        ("<f4", "(2, 1, 1)", "a\nb", "a matrix"), ("<f4", "(2, 1)", "a\n", "line 1: the header claims 2 rows"),
        ("<f4", "(2, 1)", "a\nb\nc\n", "line 3: the header claims 2 rows"), ("<f4", "(2, 1)", "a\n\n", "empty line"),
        ("<f4", "(3, 1)", "a\nb\nc", "the end of the file"), ("<f4", "(1, 1)", "a", "more bytes"),
        ("<f4", "(999999999999999999999, 1)", "a", "a matrix"), ("<f4", "(1000000000, 65536)", "a", "ends after 1"),
        ("<f4", "(1, 65537)", "a", "65536 columns"), ("<f4", "(0, 4)", "", "rows"), ("<f4", "(-1, 4)", "", "a matrix"),
    ])
    func wrongArrays(type: String, shape: String, list: String, hint: String) throws {
        let bytes = VectorFiles.array(type, shape: shape, VectorFiles.floats([1, 2]))
        let error = try #require(throws: TextError.self) { try read(bytes, list: list) }
        #expect(error.description.contains(hint), "\(error)")
        #expect(throws: TextError.self) { try read(bytes) }
    }

    @Test func mutatedFilesGiveResultsOrErrors() throws {
        let seed: UInt64 = 21
        var generator = SeededGenerator(seed: seed)
        let array = VectorFiles.array("<f4", shape: "(3, 2)", VectorFiles.floats([1, 2, 3, 4, 5, 6]))
        let text = Array("3 2\nthe 1 2\nof 3 4\n</s> 5 6\n".utf8)
        let files: [[UInt8]] = [
            VectorFiles.Model().bytes, VectorFiles.Model(kind: 3, labels: ["__label__a"]).bytes,
            Array(VectorFiles.Model().bytes),
            VectorFiles.word2vec([("the", [1, 2]), ("of", [3, 4]), ("a", [5, 6])]), array,
            VectorFiles.array("<f2", fortran: true, shape: "(3, 2)", Array(repeating: 7, count: 12), version: 2), text,
            VectorFiles.gzip(text), VectorFiles.gzip(array),
        ]
        let vocabulary = try Vocabulary(words: ["the", "of", "thee", "xyz"])
        var loaded = [Int](repeating: 0, count: files.count)
        for round in 0..<10_000 {
            let number = round % files.count
            var bytes = files[number]
            for _ in 0...generator.index(below: 2) where !bytes.isEmpty {
                let place = generator.index(below: bytes.count)
                switch generator.index(below: 4) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes[place] ^= 1 << UInt8(generator.index(below: 8))
                case 2: if generator.index(below: 4) == 0 { bytes.removeSubrange(place...) }
                default: bytes[place] = [0, 0xff, 0x7f, 0x80][generator.index(below: 4)]
                }
            }
            do {
                let vectors = try WordVectors(
                    bytes: bytes, name: "m", keeping: generator.index(below: 2) == 0 ? nil : vocabulary,
                    leading: generator.index(below: 3),
                    wordList: number == 4 || number == 5 || number == 8
                        ? Array("the\nof\na\n".utf8) : nil)
                let matrix = vectors.embeddingMatrix(for: vocabulary, using: &generator)
                #expect(matrix.values.allSatisfy { $0.isFinite }, "seed \(seed), round \(round)")
                loaded[number] += 1
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
        #expect(loaded.allSatisfy { $0 > 20 }, "seed \(seed): \(loaded)")
    }
}
