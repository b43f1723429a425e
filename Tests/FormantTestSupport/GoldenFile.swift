import FormantTensor
import FoundationEssentials

/// The tensors of a safetensors file of single-precision values.
public struct GoldenFile {
    private struct Entry: Decodable {
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int]?

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }
    }

    /// The tensors by name.
    public private(set) var tensors: [String: Tensor] = [:]

    /// Reads a file.
    public init(path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path))
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONDecoder().decode([String: Entry].self, from: data[8..<8 + length])
        for (name, entry) in header where entry.dtype == "F32" {
            let bytes = data[(8 + length + entry.offsets![0])..<(8 + length + entry.offsets![1])]
            let values = bytes.withUnsafeBytes { raw in
                stride(from: 0, to: raw.count, by: 4).map {
                    Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
                }
            }
            tensors[name] = Tensor(extents: entry.shape!, values: values)
        }
    }

    /// The values of one tensor.
    public func values(_ name: String) -> [Float]? { tensors[name]?.values }
}

/// The fractions from which golden files draw weights and inputs: SplitMix64 started at the FNV-1a hash of a name, the
/// upper 24 bits of each output.
public func goldenFractions(_ name: String, count: Int) -> [Double] {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return (0..<count).map { _ in
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((z ^ (z >> 31)) >> 40) / Double(1 << 24)
    }
}
