import FormantAudio
import FormantTensor

/// The features of one recording as a ledger keeps them: two numbers of 8 bytes, rows and frames, and behind them the
/// values or, where these are in a file of their own, that file's name.
struct FeatureRecord {
    /// Bytes before the values.
    static let headerSize = 16

    let rows: Int
    let frames: Int
    private let rest: ArraySlice<UInt8>

    /// The name of the file that holds the values.
    var name: String { String(decoding: rest, as: UTF8.self) }

    /// - Parameter name: of the file that holds the values; nil where the record holds them.
    init(_ features: Tensor, name: String?) {
        rows = features.extents[0]
        frames = features.extents[1]
        rest = name.map { Array($0.utf8)[...] } ?? features.values.withUnsafeBytes { Array($0)[...] }
    }

    /// Reads a record, or its first bytes.
    init(_ bytes: [UInt8]) {
        // A record's check says that these are the bytes that were written.
        precondition(bytes.count >= FeatureRecord.headerSize, "\(bytes.count) bytes of a record of features")
        rows = Int(LedgerRecord.number(bytes[..<8]))
        frames = Int(LedgerRecord.number(bytes[8..<16]))
        rest = bytes[16...]
    }

    /// What is kept.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(FeatureRecord.headerSize + rest.count)
        LedgerRecord.append(UInt64(rows), 8, to: &bytes)
        LedgerRecord.append(UInt64(frames), 8, to: &bytes)
        return bytes + rest
    }

    /// The values: extents [rows, frames].
    func features() -> Tensor {
        let values = rest.withUnsafeBytes { bytes in
            [Float](unsafeUninitializedCapacity: bytes.count / 4) { values, count in
                UnsafeMutableRawBufferPointer(values).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[0..<bytes.count / 4 * 4]))
                count = bytes.count / 4
            }
        }
        return Tensor(extents: [rows, frames], values: values)
    }
}
