import FormantFiles
import FormantTensorBoard
import FormantTestSupport
import Foundation
import Testing

/// Files for TensorBoard. That TensorBoard reads them is checked by `tools/golden/tensorboard_events.py`.
@Suite struct EventFileTests {
    /// The bodies of the records of a file, of which every check must be right.
    private func records(_ bytes: [UInt8]) throws -> [[UInt8]] {
        func number(_ count: Int, at place: Int) -> UInt64 {
            (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
        }
        func check(_ range: Range<Int>) -> UInt64 {
            var state = ~UInt32(0)
            for byte in bytes[range] {
                state ^= UInt32(byte)
                for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0x82f6_3b78 : state >> 1 }
            }
            let crc = ~state
            return UInt64((crc >> 15 | crc << 17) &+ 0xa282_ead8)
        }
        var records: [[UInt8]] = []
        var place = 0
        while place < bytes.count {
            let length = Int(number(8, at: place))
            #expect(number(4, at: place + 8) == check(place..<place + 8))
            let body = place + 12..<place + 12 + length
            #expect(number(4, at: body.upperBound) == check(body))
            records.append(Array(bytes[body]))
            place = body.upperBound + 4
        }
        return records
    }

    @Test func recordsInTheWireFormat() throws {
        let folder = try TemporaryFolder()
        let file = try EventFile(folder: folder.path, time: 1.5)
        try file.write([(name: "loss/train", value: 0.5), (name: "rate", value: -2)], step: 7, time: 2.5)
        let records = try records([UInt8](Data(contentsOf: URL(fileURLWithPath: file.path))))
        #expect(records.count == 2)
        // Field 1, a double: 1.5; field 3, a text.
        #expect(records[0] == [9, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 26, 13] + Array("brain.Event:2".utf8))
        // 1: 2.5; 2: 7; 5: the summary with two values of a tag (1) and a float (2).
        let first: [UInt8] = [10, 10] + Array("loss/train".utf8) + [21, 0, 0, 0, 0x3f]
        let second: [UInt8] = [10, 4] + Array("rate".utf8) + [21, 0, 0, 0, 0xc0]
        let summary: [UInt8] = [10, UInt8(first.count)] + first + [10, UInt8(second.count)] + second
        #expect(records[1] == [9, 0, 0, 0, 0, 0, 0, 4, 0x40, 16, 7, 42, UInt8(summary.count)] + summary)
    }

    @Test func aFileTakesThePlaceOfItsForerunners() throws {
        let folder = try TemporaryFolder()
        try folder.write("events.out.tfevents.1.2.formant", "old")
        try folder.write("events.out.tfevents.1.other", "of another program")
        let file = try EventFile(folder: folder.path, time: 3)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["events.out.tfevents.1.other", (file.path as NSString).lastPathComponent].sorted())
        #expect(throws: FileError.self) { try EventFile(folder: folder.path("missing"), time: 3) }
    }

    @Test func checksOfKnownTexts() {
        // The check values of both polynomials, of "123456789".
        for (polynomial, expected) in [
            (CyclicRedundancyCheck.Polynomial.ethernet, UInt32(0xcbf4_3926)), (.castagnoli, 0xe306_9283),
        ] {
            var check = CyclicRedundancyCheck(polynomial)
            check.add(Array("123456789".utf8))
            #expect(check.value == expected)
        }
    }
}
