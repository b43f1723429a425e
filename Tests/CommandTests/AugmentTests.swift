import FormantTestSupport
import Foundation
import Testing

/// `inspect augment` and `--axis`.
@Suite struct AugmentTests {
    private static let augmentation = """
        augmentation:
          shift: {seconds: 0.05}
          gain: {decibels: -6}
          timeMasks: {count: 1, width: 4}
          mixup: {alpha: 1}

        """

    /// The 16-bit or floating-point samples of a WAV file of one channel.
    private func samples(_ bytes: [UInt8]) throws -> (rate: Int, values: [Float]) {
        try #require(bytes.starts(with: Array("RIFF".utf8)) && bytes[8..<12].elementsEqual(Array("WAVE".utf8)))
        var (place, rate) = (12, 0)
        while place + 8 <= bytes.count {
            let name = String(decoding: bytes[place..<place + 4], as: UTF8.self)
            let size = number(bytes[place + 4..<place + 8])
            let body = place + 8
            if name == "fmt " {
                // IEEE floating point, one channel.
                #expect(number(bytes[body..<body + 2]) == 3 && number(bytes[body + 2..<body + 4]) == 1)
                rate = number(bytes[body + 4..<body + 8])
            }
            if name == "data" {
                return (
                    rate,
                    stride(from: body, to: body + size, by: 4).map {
                        Float(bitPattern: UInt32(number(bytes[$0..<$0 + 4])))
                    }
                )
            }
            place = body + size + size % 2
        }
        throw CocoaError(.fileReadCorruptFile)
    }

    @Test func writesWhatTheNetworkGets() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let recipe = try folder.write("varied.yaml", TestSounds.recipe + AugmentTests.augmentation)
        for name in ["first", "second"] {
            let run = try Command.run(
                "inspect", "augment", place.tones, "--recipe", recipe, "--count", "3", "--out", folder.path(name),
                "--json")
            #expect(run.status == 0 && run.errors == "", "\(run.errors)")
            let report = try object(run.text)
            #expect(report["kind"] as? String == "augmentation" && report["recipe"] as? String == "small-sound")
            let listed = try #require(report["samples"] as? [[String: Any]])
            #expect(listed.count == 3)
            for sample in listed {
                let applied = try #require(sample["applied"] as? [String])
                #expect(applied.contains("shift 400 samples") && applied.contains("gain -6.0 dB"))
            }
        }
        let names = (1...3).flatMap { i in
            ["after.png", "after.wav", "before.png", "before.wav"].map { "00\(i)-\($0)" }
        }
        #expect(try folder.contents(below: "first") == names)
        for name in names { #expect(try folder.bytes("first/\(name)") == folder.bytes("second/\(name)")) }
        for i in 1...3 {
            let before = try samples(try folder.bytes("first/00\(i)-before.wav"))
            let after = try samples(try folder.bytes("first/00\(i)-after.wav"))
            #expect(before.rate == 8000 && after.rate == 8000 && before.values.count == 2000)
            // 0.05 s later, and half as loud.
            let factor = Float(pow(10, -6 / 20.0))
            for k in 0..<2000 {
                let expected = k < 400 ? 0 : factor * before.values[k - 400]
                #expect(abs(after.values[k] - expected) < 1e-6, "sample \(k) of \(i)")
            }
            for state in ["before", "after"] {
                let bytes = try folder.bytes("first/00\(i)-\(state).png")
                try #require(bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
                // 16 frames and 16 bands, each 8 pixels wide and high.
                #expect(number(bytes[16..<20].reversed()) == 128 && number(bytes[20..<24].reversed()) == 128)
            }
            #expect(
                try folder.bytes("first/00\(i)-before.png") != folder.bytes("first/00\(i)-after.png"))
        }
        let other = try Command.run(
            "inspect", "augment", place.tones, "--recipe", recipe, "--seed", "2", "--out", folder.path("third"))
        #expect(other.status == 0 && other.lines.count == 10 && other.text.contains("008"), "\(other.text)")
    }

    @Test func wrongUsage() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let sentences = try folder.write("t.tsv", "text\tlabel\none two\ta\nthree\tb\n")
        let out = folder.path("out")
        for (arguments, part) in [
            (["augment", place.tones], "--out"), (["augment", place.tones, "--out", out, "--count", "0"], "--count"),
            ([place.tones, "--out", out], "--out"), ([place.tones, "--recipe", "kws-cnn"], "--recipe"),
            (["augment", place.tones, "--recipe", place.folder.path("sound.yaml"), "--out", out], "no augmentation"),
            (["augment", place.tones, "--recipe", "kim-rand", "--out", out], "takes text"),
            (["augment", sentences, "--recipe", "kws-cnn", "--out", out], "holds text"),
            (["augment", place.tones, "--set", "augmentation.gian=1", "--out", out], "gain"),
            (["augment", place.tones, place.tones, "--out", out], "expected one thing"),
        ] {
            let run = try Command.run(["inspect"] + arguments)
            #expect(run.status == 64 && run.errors.contains(part), "\(arguments): \(run.status) \(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: out))
        for (arguments, part) in [
            (["--axis", "time", "--recipe", "kws-cnn"], "speech-lecture"), (["--axis", "up"], "--axis"),
        ] {
            let run = try Command.run(["train", place.tones, "--out", out] + arguments)
            #expect(run.status == 64 && run.errors.contains(part), "\(arguments): \(run.status) \(run.errors)")
        }
    }

    @Test func trainsAlongAnAxis() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            "train", place.tones, "--recipe", "speech-lecture", "--axis", "time", "--epochs", "1", "--out",
            folder.path("run"), "--json", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let model = try Command.run("inspect", folder.path("run"))
        #expect(model.text.contains("→ 96×1×55 →"), "\(model.text)")
    }
}
