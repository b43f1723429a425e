import Foundation
import FormantAudio
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct OutputTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Bit by bit, from the definition.
    private func slowCheck(_ bytes: [UInt8]) -> Int {
        var state: UInt32 = ~0
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0xedb8_8320 : state >> 1 }
        }
        return Int(~state)
    }

    /// The entries of an archive, read through its directory, plain or ZIP64.
    private func entries(_ zip: [UInt8]) throws -> [String: [UInt8]] {
        let end = zip.count - 22
        try #require(number(zip[end..<end + 4]) == 0x0605_4b50)
        var count = number(zip[end + 10..<end + 12])
        var place = number(zip[end + 16..<end + 20])
        if count == 0xffff {
            let locator = end - 20
            try #require(number(zip[locator..<locator + 4]) == 0x0706_4b50)
            let record = number(zip[locator + 8..<locator + 16])
            try #require(number(zip[record..<record + 4]) == 0x0606_4b50)
            count = number(zip[record + 32..<record + 40])
            place = number(zip[record + 48..<record + 56])
            try #require(number(zip[record + 40..<record + 48]) == record - place)
        }
        var result: [String: [UInt8]] = [:]
        for _ in 0..<count {
            try #require(number(zip[place..<place + 4]) == 0x0201_4b50)
            let check = number(zip[place + 16..<place + 20])
            var size = number(zip[place + 20..<place + 24])
            var local = number(zip[place + 42..<place + 46])
            let (name, extra) = (number(zip[place + 28..<place + 30]), number(zip[place + 30..<place + 32]))
            var field = place + 46 + name + 4
            if size == 0xffff_ffff {
                size = number(zip[field..<field + 8])
                field += 16
            }
            if local == 0xffff_ffff { local = number(zip[field..<field + 8]) }
            let text = String(decoding: zip[place + 46..<place + 46 + name], as: UTF8.self)
            try #require(number(zip[local..<local + 4]) == 0x0403_4b50)
            #expect(number(zip[local + 14..<local + 18]) == check)
            let start = local + 30 + number(zip[local + 26..<local + 28]) + number(zip[local + 28..<local + 30])
            let content = Array(zip[start..<start + size])
            #expect(slowCheck(content) == check, "\(text)")
            result[text] = content
            place += 46 + name + extra
        }
        return result
    }

    @Test(arguments: [[7], [3, 5], [2, 3, 4], [0, 4], []])
    func wholeArrays(extents: [Int]) throws {
        let count = extents.reduce(1, *)
        let tensor = Tensor(extents: extents, values: (0..<count).map { Float($0) * 0.37 - 1 })
        try NumpyWriter.write(NumpyArray(tensor), to: folder.path("a.npy"))
        let parsed = try ParsedArray(try folder.bytes("a.npy"))
        #expect(parsed.type == "<f4" && parsed.extents == extents && parsed.floats == tensor.values)
        #expect(try folder.names == ["a.npy"])
    }

    @Test func textsAndNumbers() throws {
        try NumpyWriter.write(NumpyArray(["yes", "", "größer 𝄞"]), to: folder.path("t.npy"))
        let texts = try ParsedArray(try folder.bytes("t.npy"))
        #expect(texts.type == "<U8" && texts.extents == [3])
        let scalars = (0..<24).map { UInt32(number(texts.data[4 * $0..<4 * $0 + 4])) }
        #expect(scalars == Array("yes\0\0\0\0\0\0\0\0\0\0\0\0\0größer 𝄞".unicodeScalars.map(\.value)))
        try NumpyWriter.write(NumpyArray([-1, 7]), to: folder.path("n.npy"))
        let numbers = try ParsedArray(try folder.bytes("n.npy"))
        #expect(numbers.type == "<i8" && numbers.data == [UInt8](repeating: 255, count: 8) + [7, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func rowByRow() throws {
        let writer = try NumpyWriter(folder.path("rows.npy"), rowExtents: [2, 300])
        for row in 0..<500 { try writer.append([Float](repeating: Float(row), count: 600)) }
        #expect(throws: AudioError.extentMismatch(what: "values of a row", expected: 600, found: 3)) {
            try writer.append([1, 2, 3] as [Float])
        }
        #expect(throws: AudioError.optionInvalid(option: "row", found: "|i1", expected: "values of the type <f4")) {
            try writer.append([Int8](repeating: 1, count: 600))
        }
        #expect(try !folder.names.contains("rows.npy"))
        try writer.finish()
        #expect(try folder.names == ["rows.npy"])
        let parsed = try ParsedArray(try folder.bytes("rows.npy"))
        #expect(parsed.extents == [500, 2, 300])
        #expect(parsed.floats == (0..<500).flatMap { [Float](repeating: Float($0), count: 600) })
    }

    @Test func rowsOfBytesAndNumbers() throws {
        let bytes = try NumpyWriter(folder.path("bytes.npy"), rowExtents: [2], of: Int8.self)
        try bytes.append([-1, 127] as [Int8])
        try bytes.finish()
        let parsed = try ParsedArray(try folder.bytes("bytes.npy"))
        #expect(parsed.type == "|i1" && parsed.extents == [1, 2] && parsed.data == [255, 127])
        let numbers = try NumpyWriter(folder.path("numbers.npy"), rowExtents: [], of: Int16.self)
        for number in [-2, 360] { try numbers.append([Int16(number)]) }
        try numbers.finish()
        let others = try ParsedArray(try folder.bytes("numbers.npy"))
        #expect(others.type == "<i2" && others.extents == [2] && others.data == [254, 255, 104, 1])
    }

    @Test(arguments: [UInt64(0xffff_fffe), 300, 100_000])
    func archives(largest: UInt64) throws {
        let writer = try NumpyArchiveWriter(folder.path("a.npz"), largest: largest)
        var expected: [String: [Float]] = [:]
        for i in 0..<60 {
            let tensor = Tensor(extents: [i % 5, 100], values: goldenSignal(count: i % 5 * 100, rate: 1000 + i))
            try writer.append("folder/\(i) ä", NumpyArray(tensor))
            expected["folder/\(i) ä.npy"] = tensor.values
        }
        #expect(throws: AudioError.self) { try writer.append("folder/3 ä", NumpyArray([1])) }
        #expect(throws: AudioError.self) { try writer.append("", NumpyArray([1])) }
        try writer.finish()
        let found = try entries(try folder.bytes("a.npz"))
        #expect(found.count == 60)
        for (name, values) in expected {
            #expect(try ParsedArray(try #require(found[name])).floats == values, "\(name)")
        }
    }

    @Test func moreEntriesThanPlainZipCounts() throws {
        let writer = try NumpyArchiveWriter(folder.path("many.npz"))
        let array = NumpyArray([5])
        for i in 0..<65_600 { try writer.append("\(i)", array) }
        try writer.finish()
        #expect(writer.count == 65_600)
        #expect(try entries(try folder.bytes("many.npz")).count == 65_600)
    }

    @Test func tables() throws {
        let writer = try FeatureTableWriter(folder.path("f.csv"), rows: 2)
        try writer.append("a, \"b\".wav", Tensor(extents: [2, 2], values: [1, 0.1, -3e-20, 16_777_216]))
        #expect(throws: AudioError.self) { try writer.append("c", Tensor(zeros: [3, 1])) }
        try writer.finish()
        let lines = String(decoding: try folder.bytes("f.csv"), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 3 && lines[0] == "name,frame,row_0,row_1")
        #expect(lines[1] == "\"a, \"\"b\"\".wav\",0,1.0,-3e-20" && lines[2] == "\"a, \"\"b\"\".wav\",1,0.1,16777216.0")
    }

    @Test func nothingRemainsOfAnUnfinishedFile() throws {
        try Data("old".utf8).write(to: URL(filePath: folder.path("x.npz")))
        do {
            let writer = try NumpyArchiveWriter(folder.path("x.npz"))
            try writer.append("a", NumpyArray([1]))
            #expect(try folder.names.count == 2)
        }
        #expect(try folder.names == ["x.npz"])
        #expect(try folder.bytes("x.npz") == Array("old".utf8))
        for path in [folder.path, "/dev/null", folder.path("missing/a.npy"), ""] {
            let error = #expect(throws: AudioError.self) { try NumpyWriter.write(NumpyArray([1]), to: path) }
            guard case .output(.cannotWrite(path, _, _))? = error else {
                Issue.record("\(path): \(String(describing: error))")
                continue
            }
        }
    }
}
