import FormantFiles
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The features of many examples, each of the same number of values.
///
/// Small stores live in memory. Large ones live in a file that has no name any more and vanishes with the process; the
/// system keeps in memory what fits, so a corpus of any size can be trained on.
public final class FeatureStore: @unchecked Sendable {
    /// Number of examples.
    public let count: Int
    /// Values of each.
    public let length: Int

    private let base: UnsafeMutablePointer<Float>
    private let bytes: Int
    private let isMapped: Bool

    /// Bytes up to which a store is kept in memory.
    public static let memoryLimit = 1 << 28

    /// Makes room for features, all zero.
    /// - Parameters:
    ///   - folder: where the file of a large store is made.
    ///   - memoryLimit: bytes from which on it is a file.
    /// - Throws: `CorpusError.file` when there is no room on the disk.
    public init(
        count: Int, length: Int, folder: String, memoryLimit: Int = FeatureStore.memoryLimit
    ) throws(CorpusError) {
        self.count = count
        self.length = length
        bytes = max(1, count * length) * MemoryLayout<Float>.stride
        isMapped = bytes > memoryLimit
        if isMapped {
            base = try FeatureStore.map(bytes, folder)
        } else {
            base = .allocate(capacity: max(1, count * length))
            base.initialize(repeating: 0, count: max(1, count * length))
        }
    }

    deinit {
        if isMapped { munmap(base, bytes) } else { base.deallocate() }
    }

    private static func map(_ bytes: Int, _ folder: String) throws(CorpusError) -> UnsafeMutablePointer<Float> {
        let path = FilePath.join(folder, ".features.\(getpid()).partial")
        func fail(_ operation: String) -> CorpusError {
            .file(.cannotWrite(path: path, operation: operation, reason: FilePath.lastError()))
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fail("creating a file for features") }
        defer { close(descriptor) }
        unlink(path)
        // Written out, not only promised: a write to a mapped page that the disk has no room for would end the process.
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var left = bytes
        while left > 0 {
            let written = zeros.withUnsafeBytes { write(descriptor, $0.baseAddress, min(left, $0.count)) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw fail("making room for \(bytes) bytes of features") }
            left -= written
        }
        let address = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw fail("mapping features") }
        return address.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
    }

    /// The values of one example. Different examples may be written by different threads.
    public subscript(index: Int) -> UnsafeMutableBufferPointer<Float> {
        precondition(index >= 0 && index < count, "example \(index) of \(count)")
        return UnsafeMutableBufferPointer(start: base + index * length, count: length)
    }
}
