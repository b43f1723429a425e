import FormantTensor
import FormantText
import Foundation
import Testing

@Suite struct WordVectorTests {
    private func read(_ text: String, keeping words: [String]? = nil) throws -> WordVectors {
        try WordVectors(bytes: Array(text.utf8), name: "v.txt", keeping: try words.map { try Vocabulary(words: $0) })
    }

    @Test func eachKind() throws {
        let glove = try read("the 0.5 -1e-2 3\nof 1 2 3\n")
        #expect(glove.format == .plainText(dimension: 3) && glove.words == ["the", "of"])
        #expect(glove["the"] == [0.5, -0.01, 3] && glove["The"] == nil)
        let word2vec = try read("2 2\na 1 2\r\nb 3 4")
        #expect(word2vec.format == .headedText(rows: 2, dimension: 2) && word2vec["b"] == [3, 4])
        let fastText = try read("\u{feff}2 2\n</s> 1 2 \nb\t3\t4 \n")
        #expect(fastText["</s>"] == [1, 2] && fastText["b"] == [3, 4])
        // A word and one number are no header.
        #expect(try read("1 5\n2 6\n").format == .plainText(dimension: 1))
        #expect(try read("2 1\n2 6\nb 1\n").format == .headedText(rows: 2, dimension: 1))
    }

    @Test func wordsMayHoldSpaces() throws {
        let vectors = try read(". . . 1 2\nthe 3 4\nat me@x.org 5 6\n1 1/2 7 8\nlast 9 10\n")
        #expect(vectors.words == [". . .", "the", "at me@x.org", "1 1/2", "last"] && vectors.dimension == 2)
        #expect(vectors[". . ."] == [1, 2])
    }

    @Test func keepsWhatIsAskedFor() throws {
        let text = "The 1 2\nof 3 4\nhow 5 6\nof 7 8\nx 9 10\nx 9 10\n"
        let vectors = try read(text, keeping: ["How", "of", "none"])
        #expect(vectors.words == ["of", "how"] && vectors["of"] == [3, 4])
        #expect(vectors.statistics.rows == 6 && vectors.statistics.duplicates == 1)
        #expect(vectors.statistics.mean == (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 38) / 12.0)
        let squares = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 10].reduce(0.0) { $0 + $1 * $1 } / 12
        #expect(abs(vectors.statistics.variance - (squares - 74.0 / 12 * 74 / 12)) < 1e-12)
    }

    @Test func coverageAndMatrix() throws {
        let vocabulary = try Vocabulary(words: ["How", "of", "none", "never"])
        let vectors = try read("of 3 -4\nhow -5 6\nx 900 900\n", keeping: vocabulary.words)
        let coverage = vectors.coverage(of: vocabulary)
        #expect(coverage.exact == 1 && coverage.folded == 1 && coverage.found == 2 && coverage.missing == 2)
        #expect(coverage.missingWords == ["none", "never"] && coverage.dimension == 2)
        #expect(vectors.coverage(of: vocabulary, matching: .exact).found == 1)
        var generator = SeededGenerator(seed: 1)
        let matrix = vectors.embeddingMatrix(for: vocabulary, using: &generator)
        #expect(matrix.extents == [6, 2] && matrix.values[..<2] == [0, 0])
        #expect(matrix.values[4..<8] == [-5, 6, 3, -4])
        // The variance of the known rows is 21.5, so a is 8.03.
        for index in [2, 3, 8, 9, 10, 11] { #expect(matrix.values[index] != 0 && abs(matrix.values[index]) <= 8.0312) }
        var again = SeededGenerator(seed: 1)
        #expect(vectors.embeddingMatrix(for: vocabulary, using: &again) == matrix)
    }

    @Test func unknownRowsHaveTheVarianceOfTheKnown() throws {
        let rows = (0..<200).map { "w\($0) \($0 % 2 == 0 ? "2.0" : "-2.0") 1.0 -1.0" }.joined(separator: "\n")
        let vocabulary = try Vocabulary(words: (0..<200).map { "w\($0)" } + (0..<4000).map { "u\($0)" })
        let vectors = try read(rows, keeping: vocabulary.words)
        var generator = SeededGenerator(seed: 2)
        let unknown = vectors.embeddingMatrix(for: vocabulary, using: &generator).values[(202 * 3)...]
        let variance = unknown.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(unknown.count)
        #expect(abs(variance - 2) < 0.05 && unknown.allSatisfy { abs($0) <= Float(6).squareRoot() })
    }

    @Test func matrixOfChance() throws {
        var generator = SeededGenerator(seed: 4)
        let matrix = try Vocabulary(words: (0..<500).map(String.init)).randomEmbeddingMatrix(
            dimension: 8, using: &generator)
        #expect(matrix.extents == [502, 8] && matrix.values[..<8].allSatisfy { $0 == 0 })
        #expect(matrix.values[8...].allSatisfy { abs($0) <= 0.25 && $0 != 0 })
        #expect(matrix.values.min()! < -0.24 && matrix.values.max()! > 0.24)
        // Values at the end of single precision stay finite.
        let huge = try read("a 3e38 -3e38\n")
        let wide = huge.embeddingMatrix(for: try Vocabulary(words: ["a", "b"]), using: &generator)
        #expect(wide.values.allSatisfy { $0.isFinite })
    }

    @Test func numbersAreReadToTheLastBit() throws {
        var generator = SeededGenerator(seed: 6)
        var texts = [
            "0.1", "-0", "+1", "1e-45", "1.17549435E-38", "3.4028235e38", "0.000000000000000000000001",
            "123456789012345678",
        ]
        texts += ["5.", ".5", "0.30000001192092896", "1e5", "00012.50", "0." + String(repeating: "1", count: 300)]
        for _ in 0..<3000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            if value.isFinite { texts.append("\(value)") }
            texts.append("\(generator.uniform(in: -2..<2))")
        }
        let vectors = try read(texts.enumerated().map { "w\($0) \($1)\n" }.joined())
        for (number, text) in texts.enumerated() {
            #expect(vectors["w\(number)"]?[0].bitPattern == Float(Double(text)!).bitPattern, "seed 6: \(text)")
        }
    }

    @Test(arguments: [
        ("a 1 2\nb 1 2\nc 1\n", "line 3: expected a word and 2 numbers, found 2 fields in all"),
        ("a 1 2\nb 1 2\nc 1.0 2.0 3.0\n", "line 3"),
        ("a 1 2\nb 1 x\n", "line 2: expected a word and 2 numbers, found 'x'"),
        ("a 1 2\nb 1 nan\n", "no finite number"), ("a 1 2\nb -inf 2\n", "no finite number"),
        ("a 1 2\nb 1 1e99\n", "no finite number"),
        ("a 1 2\n\nb 1 2\n", "line 2: expected a word and 2 numbers, found an empty"),
        ("a 1 2\nb 1 0x10\n", "'0x10', which is no number"), ("a 1 2\n 1 2\n", "line 2"),
        ("a 1 2\nb 1 1e\n", "no number"),
        ("3 2\na 1 2\nb 3 4\n", "line 3: the header claims 3 rows, the file ends after 2"),
        ("1 2\na 1 2\nb 3 4\n", "line 3: the header claims 1 rows, this line is one more"),
        ("999999999999999999 3\na 1 2 3\n", "the file ends after 1"), ("2 99999999999\na 1 2\n", "1 … 65536"),
        ("2 0\na\n", "1 … 65536"), ("2 3\na 1 2\nb 1 2\n", "line 2: expected a word and 3 numbers"),
        ("0 5\n", "claims no rows"),
        ("", "an empty file"), ("\n\n\n", "text without rows"),
        ("Just some prose.\nNo numbers here.\n", "text without rows"),
        ("\u{1f}\u{0}\u{1}", "binary data"), ("PK\u{3}\u{4}abc", "zip"), ("BZh91AY", "bzip2"),
    ])
    func wrongFiles(text: String, hint: String) throws {
        let error = try #require(throws: TextError.self) { try read(text) }
        #expect(error.description.contains(hint) && error.description.contains("v.txt"), "\(error)")
    }

    @Test func binaryFilesAreNamed() throws {
        func name(_ bytes: [UInt8]) throws -> String {
            try #require(throws: TextError.self) { try WordVectors(bytes: bytes, name: "v", keeping: nil) }.description
        }
        #expect(try name([0x1f, 0x8b, 8, 0]).contains("the end of the file"))
        #expect(try name([0xba, 0x16, 0x4f, 0x2f, 12, 0, 0, 0]).contains("byte 8: expected 4 bytes"))
        #expect(try name([0x93] + Array("NUMPY".utf8)).contains("NumPy"))
        #expect(try name([0xff, 0xfe, 0x61, 0]).contains("UTF-16"))
    }

    @Test func filesOnDisk() throws {
        let long = (0..<20_000).map { "word\($0) 0.25 -0.5 \($0)" }.joined(separator: "\n")
        try withTemporaryFile(Array("20000 3\n\(long)\n".utf8)) { path in
            let vectors = try WordVectors(contentsOf: path, keeping: try Vocabulary(words: ["word19999", "word0"]))
            #expect(
                vectors.statistics.rows == 20_000 && vectors["word19999"] == [0.25, -0.5, 19999] && vectors.count == 2)
        }
        for path in ["/nonexistent/vectors.txt", NSTemporaryDirectory()] {
            let error = try #require(throws: TextError.self) { try WordVectors(contentsOf: path, keeping: nil) }
            guard case .cannotRead = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func aLineWithoutEndIsRefused() throws {
        let bytes = Array("1 3\n".utf8) + [UInt8](repeating: 0x61, count: (1 << 24) + (1 << 20))
        let error = try #require(throws: TextError.self) { try WordVectors(bytes: bytes, name: "long", keeping: nil) }
        #expect(error.description.contains("long, line 2: expected a line end within"), "\(error)")
    }

    @Test func mutatedFilesGiveResultsOrErrors() throws {
        let seed: UInt64 = 20
        var generator = SeededGenerator(seed: seed)
        let files =
            [
                "the 0.418 0.24968 -0.41242\n. . . 0.1217 0.34527 -0.044457\nof -0.49688 1e-3 2\n",
                "3 4\nthe 1 2 3 4 \nof 5 6 7 8 \n</s> 9 10 11 12 \n", "2 2\na 1 2\nb 3 4\n",
            ].map { Array($0.utf8) } + [Array("2 2\na ".utf8) + [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]]
        let vocabulary = try Vocabulary(words: ["the", "of", "a", ". . ."])
        var loaded = 0
        for round in 0..<2000 {
            var bytes = files[generator.index(below: files.count)]
            for _ in 0...generator.index(below: 4) {
                let place = generator.index(below: bytes.count)
                switch generator.index(below: 5) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes[place] ^= 1 << UInt8(generator.index(below: 8))
                case 2: bytes.removeSubrange(place...)
                case 3: bytes.insert(contentsOf: Array("9 -.e\n\r\t\u{0}".utf8.shuffled(using: &generator)), at: place)
                default: bytes.insert(contentsOf: bytes[place...], at: generator.index(below: bytes.count))
                }
                if bytes.isEmpty { bytes = [0x0a] }
            }
            do {
                let vectors = try WordVectors(bytes: bytes, name: "m", keeping: round % 2 == 0 ? nil : vocabulary)
                let matrix = vectors.embeddingMatrix(for: vocabulary, using: &generator)
                #expect(matrix.values.allSatisfy { $0.isFinite }, "seed \(seed), round \(round)")
                #expect(matrix.extents == [6, vectors.dimension])
                loaded += 1
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
        #expect(loaded > 100, "seed \(seed): the mutations are too strong to test reading")
    }

    @Test(.enabled(if: dataRoot != nil)) func publicFilesLoadOrAreNamed() throws {
        let folder = try #require(dataRoot).appendingPathComponent("vectors").path
        let refused = [
            "THIRD-PARTY.txt": "text without rows", "gensim_pretrained.vec": "the header claims 3 rows",
        ]
        let loaded = [
            "gensim_crime-and-punishment.vec": (291, 5), "gensim_lee_fasttext.vec": (1762, 10),
            "gensim_test_glove.txt": (76, 50), "gensim_crime-and-punishment.bin": (291, 5),
            "gensim_non_ascii_fasttext.bin": (171, 2), "gensim_high_precision.kv.bin": (2, 2),
            "gensim_euclidean_vectors.bin": (2747, 10), "glove.6B.50d.top20k.txt.gz": (20_000, 50),
        ]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            do {
                let vectors = try WordVectors(contentsOf: "\(folder)/\(name)", keeping: nil)
                let (rows, dimension) = try #require(loaded[name], "\(name) loads")
                #expect(vectors.statistics.rows == rows && vectors.dimension == dimension, "\(name)")
            } catch let error as TextError {
                let hint = try #require(refused[name], "\(name): \(error)")
                #expect(error.description.contains(hint), "\(name): \(error)")
            }
        }
        let lee = try WordVectors(
            contentsOf: "\(folder)/gensim_lee_fasttext.vec", keeping: try Vocabulary(words: ["the"]))
        #expect(lee["the"]?.prefix(3) == [-0.65992, 0.20966, 0.47362])
    }
}
