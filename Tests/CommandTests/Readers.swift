import FormantTestSupport
import Foundation
import Testing

/// Readers of the command's files that share no code with the program.

/// A JSON object.
func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text.prefix(200))")
}

/// A JSON object in a file.
func objectFile(_ path: String) throws -> [String: Any] {
    try object(try String(contentsOfFile: path, encoding: .utf8))
}

/// The records of a CSV text by RFC 4180, lines ending in a line feed or both.
func csv(_ text: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var field: [UInt8] = []
    var quoted = false
    var bytes = Array(text.utf8)[...]
    func take() -> String {
        defer { field = [] }
        return String(decoding: field, as: UTF8.self)
    }
    while let byte = bytes.popFirst() {
        switch byte {
        case 0x22 where quoted && bytes.first == 0x22:
            field.append(byte)
            bytes.removeFirst()
        case 0x22: quoted.toggle()
        case 0x2c where !quoted: record.append(take())
        case 0x0d where !quoted && bytes.first == 0x0a: break
        case 0x0a where !quoted:
            records.append(record + [take()])
            record = []
        default: field.append(byte)
        }
    }
    if !record.isEmpty || !field.isEmpty { records.append(record + [take()]) }
    return records
}

/// The little-endian number in some bytes.
func number(_ bytes: some Collection<UInt8>) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }

/// The tensors and strings of a safetensors file.
struct SafeTensorsFile {
    var tensors: [String: (shape: [Int], values: [Float])] = [:]
    var metadata: [String: String] = [:]

    init(_ bytes: [UInt8]) throws {
        let length = number(bytes[0..<8])
        let header = try object(String(decoding: bytes[8..<8 + length], as: UTF8.self))
        let data = bytes[(8 + length)...]
        var places: [(Int, Int)] = []
        for (name, entry) in header {
            if name == "__metadata__" {
                metadata = try #require(entry as? [String: String])
                continue
            }
            let entry = try #require(entry as? [String: Any])
            try #require(entry["dtype"] as? String == "F32")
            let shape = try #require(entry["shape"] as? [Int])
            let offsets = try #require(entry["data_offsets"] as? [Int])
            let count = shape.reduce(1, *)
            try #require(offsets.count == 2 && offsets[1] - offsets[0] == 4 * count && offsets[1] <= data.count)
            let own = data[(data.startIndex + offsets[0])..<(data.startIndex + offsets[1])]
            tensors[name] = (
                shape,
                (0..<count).map { i in
                    Float(bitPattern: UInt32(number(own[(own.startIndex + 4 * i)..<(own.startIndex + 4 * i + 4)])))
                }
            )
            places.append((offsets[0], offsets[1]))
        }
        // The format wants the values without gaps, to the last byte.
        var end = 0
        for place in places.sorted(by: { $0.0 < $1.0 }) {
            try #require(place.0 == end)
            end = place.1
        }
        try #require(end == data.count)
    }
}

/// An array of a `.npy` file, of single-precision numbers or short integers.
struct NumpyFile: Equatable {
    var type: String
    var shape: [Int]
    var values: [Float]

    init(_ bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        try #require(bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]))
        let length = number(bytes[8..<10])
        try #require((10 + length) % 64 == 0)
        let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
        type = try #require(["<f4", "|i1", "<i2"].first { header.contains("'descr': '\($0)'") })
        try #require(header.contains("'fortran_order': False"))
        let inside = header.components(separatedBy: "'shape': (")[1].components(separatedBy: ")")[0]
        shape = inside.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        let data = bytes[(10 + length)...]
        let width = try #require(type.last?.wholeNumberValue)
        try #require(data.count == width * shape.reduce(1, *))
        values = stride(from: data.startIndex, to: data.endIndex, by: width).map {
            let bits = number(data[$0..<$0 + width])
            return switch width {
            case 1: Float(Int8(truncatingIfNeeded: bits))
            case 2: Float(Int16(truncatingIfNeeded: bits))
            default: Float(bitPattern: UInt32(bits))
            }
        }
    }
}

/// The stored entries of a ZIP file without ZIP64, by its directory.
func zipEntries(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    let end = bytes.count - 22
    try #require(end >= 0 && number(bytes[end..<end + 4]) == 0x0605_4b50)
    var entries: [String: [UInt8]] = [:]
    var place = number(bytes[end + 16..<end + 20])
    for _ in 0..<number(bytes[end + 10..<end + 12]) {
        try #require(number(bytes[place..<place + 4]) == 0x0201_4b50)
        try #require(number(bytes[place + 10..<place + 12]) == 0)
        let size = number(bytes[place + 24..<place + 28])
        let (nameLength, extra) = (number(bytes[place + 28..<place + 30]), number(bytes[place + 30..<place + 32]))
        let local = number(bytes[place + 42..<place + 46])
        let name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
        let data = local + 30 + number(bytes[local + 26..<local + 28]) + number(bytes[local + 28..<local + 30])
        try #require(entries[name] == nil)
        entries[name] = Array(bytes[data..<data + size])
        place += 46 + nameLength + extra
    }
    return entries
}

extension TemporaryFolder {
    /// The paths of everything below it or a folder in it, sorted, hidden files too.
    func contents(below name: String = "") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: name.isEmpty ? path : path(name)).sorted()
    }
}
