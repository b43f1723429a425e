import FormantFiles
import FormantTensor

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A safetensors file: named tensors and a table of strings.
///
/// Layout: 8 bytes little-endian length of the header; the header, a JSON object of name → {dtype, shape,
/// data_offsets}, with strings under `__metadata__`; the values, without gaps or overlaps. The type F32 is written; F16 and
/// BF16 are read too.
public struct SafeTensors: Sendable {
    /// The tensors by name.
    public var tensors: [String: Tensor]
    /// The strings of `__metadata__`.
    public var metadata: [String: String]

    /// Creates the contents of a file.
    public init(tensors: [String: Tensor], metadata: [String: String]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    private struct Entry: Codable {
        var dtype: String
        var shape: [Int]
        var dataOffsets: [Int]
        /// Where its values begin and end.
        var place: (Int, Int) { (dataOffsets.first ?? -1, dataOffsets.last ?? -1) }

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case dataOffsets = "data_offsets"
        }
    }

    private struct Header: Codable {
        var entries: [String: Entry] = [:]
        var metadata: [String: String] = [:]

        init() {}

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: AnyKey.self)
            for key in container.allKeys {
                if key.stringValue == "__metadata__" {
                    metadata = try container.decode([String: String].self, forKey: key)
                } else {
                    entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
                }
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: AnyKey.self)
            try container.encode(metadata, forKey: AnyKey("__metadata__"))
            for (name, entry) in entries { try container.encode(entry, forKey: AnyKey(name)) }
        }
    }

    /// The bytes of a file: the same tensors and strings give the same bytes.
    public func encoded() throws -> [UInt8] {
        var header = Header()
        header.metadata = metadata
        var offset = 0
        let names = tensors.keys.sorted()
        for name in names {
            let tensor = tensors[name]!
            let end = offset + 4 * tensor.values.count
            header.entries[name] = Entry(dtype: "F32", shape: tensor.extents, dataOffsets: [offset, end])
            offset = end
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json = [UInt8](try encoder.encode(header))
        while json.count % 8 != 0 { json.append(0x20) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + json.count + offset)
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes += json
        for name in names {
            #if _endian(big)
                for value in tensors[name]!.values {
                    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
                }
            #else
                tensors[name]!.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
            #endif
        }
        return bytes
    }

    /// Reads a file.
    /// - Throws: `ModelFileError`, naming the file, the place, what was expected and what was found.
    public init(path: String) throws(ModelFileError) {
        guard FilePath.kind(of: path) == .file else {
            throw .file(path: path, reason: "cannot be read: no such file")
        }
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) } catch {
            throw .file(path: path, reason: "cannot be read: no permission, or a fault of the disk")
        }
        try self.init(data: data, path: path)
    }

    /// Reads the bytes of a file.
    /// - Parameter path: the file's name, for messages.
    public init(data: Data, path: String) throws(ModelFileError) {
        func fail(_ offset: Int, _ expected: String, _ found: String) -> ModelFileError {
            .malformed(path: path, offset: offset, expected: expected, found: found)
        }
        guard data.count >= 8 else { throw fail(0, "a length of 8 bytes", "\(data.count) bytes in all") }
        var length: UInt64 = 0
        for i in (0..<8).reversed() { length = length << 8 | UInt64(data[data.startIndex + i]) }
        guard length <= UInt64(data.count - 8) else {
            throw fail(0, "a header inside the file (\(data.count) bytes)", "a length of \(length)")
        }
        let start = data.startIndex + 8
        let headerEnd = start + Int(length)
        let header: Header
        do { header = try JSONDecoder().decode(Header.self, from: data[start..<headerEnd]) } catch {
            throw fail(8, "a JSON object of tensors", settingsMessage(error))
        }
        let room = data.endIndex - headerEnd
        tensors = [:]
        metadata = header.metadata
        // In the order of their values, which follow each other without gaps and never overlap: together the tensors take
        // no more memory than the file.
        var end = 0
        for (name, entry) in header.entries.sorted(by: { $0.value.place < $1.value.place }) {
            guard let type = NumberType(rawValue: entry.dtype) else {
                throw fail(8, "type F32, F16 or BF16 for tensor \(name)", entry.dtype)
            }
            var count = 1
            for extent in entry.shape {
                let (product, overflow) = count.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow, product <= room / type.size else {
                    throw fail(8, "a shape for tensor \(name) that fits the file", "\(entry.shape)")
                }
                count = product
            }
            let (first, last) = (end, end + type.size * count)
            guard entry.dataOffsets == [first, last], last <= room else {
                throw fail(
                    8, "offsets [\(first), \(last)] of tensor \(name), behind the one before and inside the file",
                    "\(entry.dataOffsets)")
            }
            end = last
            let own = data[(headerEnd + first)..<(headerEnd + last)]
            tensors[name] = Tensor(extents: entry.shape, values: type.values(own, count: count))
        }
        guard end == room else {
            throw fail(8 + Int(length) + end, "the end of the file behind the last tensor", "\(room - end) bytes more")
        }
    }
}
