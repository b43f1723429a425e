import CKernels
import FormantCorpus
import FormantFiles
import Yams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Batch {
    /// What of the program and the processor decides results.
    package static var machine: [String: String] {
        ["version": Version.current, "kernels": String(cString: ck_active().pointee.name)]
    }

    /// A digest of a model file, or of the one in a run's folder.
    package static func digest(ofModel path: String) throws -> String {
        let file = FilePath.kind(of: path) == .folder ? RunFolder(path).model : path
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ModelFileError.file(path: file, reason: FilePath.lastError()) }
        defer { close(descriptor) }
        var hash = SHA256()
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = block.withUnsafeMutableBytes { readBlock(descriptor, $0) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ModelFileError.file(path: file, reason: FilePath.lastError()) }
            if count == 0 { return hash.finalHex() }
            hash.update(block[..<count])
        }
    }
}

extension Ledger {
    /// What there is to say of a batch that goes on; nil of one that begins.
    func story(of inputs: [String]) -> String? {
        guard count > 0 else { return nil }
        let done = inputs.count { holds($0) }
        let outdated = inputs.count { isOutdated($0) }
        let changed = outdated == 0 ? "" : "; \(outdated) changed since and will be done again"
        return "going on: \(done) of \(inputs.count) are done (\(path))\(changed)"
    }
}

private func readBlock(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, bytes.baseAddress, bytes.count)
}

extension Node {
    /// The values of a document by their places: `mel.bands` and so on.
    func flattened(_ prefix: String = "") -> [String: String] {
        func place(_ key: String) -> String { prefix.isEmpty ? key : prefix + "." + key }
        var values: [String: String] = [:]
        switch self {
        case .mapping(let mapping):
            for (key, value) in mapping {
                values.merge(value.flattened(place(key.string ?? ""))) { old, _ in old }
            }
        case .sequence(let sequence):
            for (i, value) in sequence.enumerated() {
                values.merge(value.flattened(place("\(i)"))) { old, _ in old }
            }
        case .scalar(let scalar): values[prefix] = scalar.string
        case .alias: values[prefix] = "alias"
        }
        return values
    }
}
