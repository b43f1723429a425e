import FormantCorpus

/// What the cache of features holds, after it was limited or cleared.
public struct CacheReport: Encodable, Sendable {
    /// The file; nil where nothing is kept.
    public let path: String?
    /// How many clips' features.
    public let entries: Int
    /// Bytes that they take.
    public let bytes: Int
    /// Bytes that they may take.
    public let limit: Int?
    /// Recordings whose content is known.
    public let recordings: Int

    /// Does what is asked, then looks.
    /// - Parameters:
    ///   - limit: bytes that all features may take from now on.
    ///   - clears: whether everything is removed first.
    /// - Throws: `CacheError`; `RunError.option` where there is nothing to limit or clear.
    public static func make(_ caching: FeatureCaching, limit: Int?, clears: Bool) throws -> CacheReport {
        guard let cache = try caching.open() else {
            if limit != nil || clears {
                throw RunError.option(
                    name: "--cache", value: "off", expected: "a folder, whose cache can be limited or cleared")
            }
            return CacheReport(path: nil, entries: 0, bytes: 0, limit: nil, recordings: 0)
        }
        if clears { try cache.clear() }
        if let limit { try cache.setLimit(limit) }
        let summary = try cache.summary()
        return CacheReport(
            path: cache.path, entries: summary.entries, bytes: summary.bytes, limit: summary.limit,
            recordings: summary.recordings)
    }

    /// For people.
    public var text: String {
        guard let path, let limit else { return "no features are kept\n" }
        return TextTable.text([
            ["file", path], ["clips", "\(entries)"], ["size", "\(ByteCount(bytes)) of \(ByteCount(limit))"],
            ["recordings", "\(recordings)"],
        ])
    }
}
