import FormantTensor
import FormantTestSupport
import Foundation

/// Long recordings in files with holes.
enum SparseRecording {
    /// Writes a file of 16 bits that is silent but for seconds with a tone of 300 Hz: RIFF where its lengths have room for
    /// the size, else, or on demand, RF64 (EBU Tech 3306).
    static func write(
        _ path: String, rate: Int, channels: Int, seconds: Int, tones: [Int], isLarge: Bool = false
    ) throws {
        let frame = 2 * channels
        let size = rate * seconds * frame
        var header: [UInt8] = []
        func text(_ text: String) { header += Array(text.utf8) }
        func number<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { header += Array($0) }
        }
        let isLarge = isLarge || size + 36 > UInt32.max
        text(isLarge ? "RF64" : "RIFF")
        number(isLarge ? UInt32.max : UInt32(36 + size))
        text("WAVE")
        if isLarge {
            text("ds64")
            number(UInt32(28))
            number(UInt64(72 + size))
            number(UInt64(size))
            number(UInt64(rate * seconds))
            number(UInt32(0))
        }
        text("fmt ")
        number(UInt32(16))
        for value in [1, channels] { number(UInt16(value)) }
        number(UInt32(rate))
        number(UInt32(rate * frame))
        for value in [frame, 16] { number(UInt16(value)) }
        text("data")
        number(isLarge ? UInt32.max : UInt32(size))
        try Data(header).write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var generator = SeededGenerator(seed: 9)
        for second in tones {
            let tone = TestSounds.tone(300, seconds: 1, sampleRate: rate, using: &generator)
            var bytes: [UInt8] = []
            for sample in tone {
                for _ in 0..<channels { withUnsafeBytes(of: Int16(sample * 32767).littleEndian) { bytes += Array($0) } }
            }
            try file.seek(toOffset: UInt64(header.count + second * rate * frame))
            try file.write(contentsOf: Data(bytes))
        }
        try file.truncate(atOffset: UInt64(header.count + size))
    }
}
