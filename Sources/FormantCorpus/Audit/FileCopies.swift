import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files with the same bytes.
///
/// Sizes are compared first, then 12 KB of the files of one size, and SHA-256 of the whole at last: where no two files are
/// alike, next to nothing is read.
enum FileCopies {
    private static let sample = 4096

    /// A number for each path: the same for files with the same bytes, −1 for one that is like no other or cannot be read.
    static func numbers(of paths: [String], pool: WorkerPool) -> [Int] {
        let sizes = pool.map(paths.indices.map { $0 }) { size(of: paths[$0]) }
        var alike = classes(paths.indices.filter { sizes[$0] != nil }, by: sizes)
        let samples = pool.map(alike) { digest(of: paths[$0], size: sizes[$0] ?? 0) }
        alike = classes(alike.indices.filter { samples[$0] != nil }, by: samples).map { alike[$0] }
        let digests = pool.map(alike) { SHA256.digest(ofFile: paths[$0]) }
        var numbers = [Int](repeating: -1, count: paths.count)
        var known: [[UInt8]: Int] = [:]
        for place in classes(alike.indices.filter { digests[$0] != nil }, by: digests).sorted() {
            guard let digest = digests[place] else { continue }
            let number = known[digest] ?? known.count
            known[digest] = number
            numbers[alike[place]] = number
        }
        return numbers
    }

    /// Those of some places whose key another one has too, ascending.
    private static func classes<Key: Hashable>(_ places: [Int], by keys: [Key?]) -> [Int] {
        var counts: [Key: Int] = [:]
        for place in places { if let key = keys[place] { counts[key, default: 0] += 1 } }
        return places.filter { keys[$0].map { counts[$0] ?? 0 > 1 } ?? false }
    }

    private static func size(of path: String) -> Int? {
        var information = stat()
        guard !path.utf8.contains(0), stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return Int(information.st_size)
    }

    /// The hash of a file's size and of what stands at its beginning, middle and end.
    private static func digest(of path: String, size: Int) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var hash = SHA256()
        hash.update(littleEndian: UInt64(size))
        var buffer = [UInt8](repeating: 0, count: sample)
        for start in [0, (size - sample) / 2, size - sample] {
            guard fseek(file, max(0, start), SEEK_SET) == 0 else { return nil }
            hash.update(buffer[..<fread(&buffer, 1, sample, file)])
        }
        return ferror(file) == 0 ? hash.finalBytes() : nil
    }
}

extension WorkerPool {
    /// What `body` makes of each item, in their order.
    func map<Item, Result>(_ items: [Item], grain: Int = 16, _ body: (Item) -> Result) -> [Result] {
        var results = [Result?](repeating: nil, count: items.count)
        results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results  // each written by one worker
            forRanges(of: items.count, grain: grain) { range, _ in
                for i in range { results[i] = body(items[i]) }
            }
        }
        return results.compactMap { $0 }
    }
}
