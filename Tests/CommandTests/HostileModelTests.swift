import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// Model files that are broken, given to the command: an error that names the file, never a trap.
@Suite struct HostileModelTests {
    /// A safetensors file of a header and values.
    private func file(_ header: String, _ values: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + values
    }

    private func expectRefusal(_ bytes: [UInt8], _ what: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let path = try folder.write("hostile.safetensors", bytes)
        let run = try Command.run("classify", path, place.tones + "/low/0.wav", "--threads", "1")
        #expect(run.status == 1 && run.signal == 0, "\(what): \(run.status) \(run.text) \(run.errors)")
        #expect(run.output == [] && run.errors.contains("hostile.safetensors"), "\(what): \(run.errors)")
    }

    private func model() throws -> (header: String, values: [UInt8], all: [UInt8]) {
        let bytes = try TrainedRuns.place().folder.bytes("sound/model.safetensors")
        let length = number(bytes[0..<8])
        return (String(decoding: bytes[8..<8 + length], as: UTF8.self), Array(bytes[(8 + length)...]), bytes)
    }

    @Test func truncated() throws {
        let (header, _, bytes) = try model()
        let end = 8 + header.utf8.count
        for length in [
            0, 1, 7, 8, 9, 8 + header.utf8.count / 2, end - 1, end, end + 1, end + 4, bytes.count - 4, bytes.count - 1,
        ] {
            try expectRefusal(Array(bytes.prefix(length)), "\(length) bytes")
        }
    }

    @Test func headersOfWrongLength() throws {
        let (header, values, _) = try model()
        let own = header.utf8.count
        let lengths: [UInt64] = [
            .max, 1 << 63, (1 << 63) - 1, (1 << 63) - 8, 1 << 32, 0, 1, UInt64(own - 1),
            UInt64(own + values.count), UInt64(own + values.count + 1),
        ]
        for length in lengths {
            try expectRefusal(
                withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array(header.utf8) + values, "length \(length)"
            )
        }
    }

    @Test(arguments: [
        ("[3,512]", "[512,3]"), ("[3,512]", "[3,511]"), ("[3,512]", "[3,512,1]"), ("[3,512]", "[-3,-512]"),
        ("[3,512]", "[9223372036854775807,9223372036854775807]"), ("[3,512]", "[0,9223372036854775807]"),
        ("[3,512]", "[]"),
        ("[3,512]", "[1e300]"), ("[3,512]", "[1.5]"), ("[3,512]", "null"), ("\"F32\"", "\"F64\""), ("\"F32\"", "32"),
        ("dense1.weight", "dense1.wieght"), ("\"data_offsets\":[", "\"data_offsets\":[1,"),
        ("\"data_offsets\":[", "\"data_offsets\":[-4,"),
        ("formatVersion\\\":1", "formatVersion\\\":2"), ("formatVersion\\\":1", "formatVersion\\\":0"),
        ("\\\"filters\\\":8", "\\\"filters\\\":9"),
        ("\\\"filters\\\":8", "\\\"filters\\\":9223372036854775807"), ("\\\"filters\\\":8", "\\\"filters\\\":-8"),
        ("\\\"filters\\\":8", "\\\"filters\\\":1e999"), ("\\\"filters\\\":8", "\\\"filtres\\\":8"),
        ("\\\"kernel\\\":3", "\\\"kernel\\\":4611686018427387904"), ("\\\"units\\\":3", "\\\"units\\\":2147483648"),
        ("\\\"bands\\\":16", "\\\"bands\\\":1000000000000"), ("\\\"bands\\\":16", "\\\"bands\\\":15"),
        ("\\\"seconds\\\":0.25", "\\\"seconds\\\":1e308"),
        ("\\\"seconds\\\":0.25", "\\\"seconds\\\":-1"), ("\\\"seconds\\\":0.25", "\\\"seconds\\\":3600"),
        ("\\\"sampleRate\\\":8000", "\\\"sampleRate\\\":0"),
        ("\\\"sampleRate\\\":8000", "\\\"sampleRate\\\":9223372036854775807"),
        ("\\\"noise\\\"]", "\\\"noise\\\",\\\"more\\\"]"),
        ("[\\\"high\\\"", "[[\\\"high\\\"]"), ("\\\"softmax\\\"", "\\\"softmx\\\""),
        ("\\\"audio\\\":", "\\\"adio\\\":"), ("{\\\"formatVersion", "{{"),
        ("\"formant\":", "\"formnat\":"),
    ])
    func changedDescriptions(found: String, replacement: String) throws {
        let (header, values, _) = try model()
        try #require(header.contains(found), "\(found) in \(header)")
        try expectRefusal(file(header.replacingOccurrences(of: found, with: replacement), values), replacement)
    }

    @Test func valuesThatAreNoNumbers() throws {
        let (header, values, _) = try model()
        for bits in [Float.nan.bitPattern, Float.infinity.bitPattern, (-Float.infinity).bitPattern, UInt32.max] {
            var changed = values
            for i in 0..<4 { changed[400 + i] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * i)) }
            try expectRefusal(file(header, changed), "\(bits)")
        }
        // Finite, but too large: the outputs are no numbers.
        let huge = Float.greatestFiniteMagnitude.bitPattern
        let changed = values.indices.map { UInt8(truncatingIfNeeded: huge >> UInt32(8 * ($0 % 4))) }
        let folder = try TemporaryFolder()
        let path = try folder.write("huge.safetensors", file(header, changed))
        let sound = try TrainedRuns.place().tones + "/low/0.wav"
        for arguments in [["classify", path, sound], ["classify", path, sound, "--hop", "0.1"]] {
            let run = try Command.run(arguments)
            #expect(run.status == 1 && run.output == [] && run.errors.contains("finite"), "\(run.errors)")
        }
    }

    @Test func nested() throws {
        for text in [
            String(repeating: "[", count: 200_000), String(repeating: "{\"a\":", count: 200_000),
            "{\"a\":" + String(repeating: "[", count: 100_000),
        ] {
            try expectRefusal(file(text, []), "nested")
        }
        let inner = String(repeating: "[", count: 100_000)
        try expectRefusal(file("{\"__metadata__\":{\"formant\":\"\(inner)\"}}", []), "nested description")
    }

    @Test func flippedBytes() throws {
        let bytes = try model().all
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        for seed in 0..<40 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var changed = bytes
            for _ in 0...generator.index(below: 3) {
                changed[generator.index(below: changed.count)] ^= 1 << UInt8(generator.index(below: 8))
            }
            let path = try folder.write("flipped.safetensors", changed)
            let run = try Command.run("classify", path, place.tones + "/low/0.wav", "--threads", "1")
            #expect(
                run.signal == 0 && (run.status == 0 || run.errors.contains("flipped.safetensors")),
                "seed \(seed): \(run.errors)")
        }
    }
}
