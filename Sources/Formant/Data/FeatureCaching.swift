import FormantAudio
import FormantCorpus
import FormantFiles
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether features of recordings are kept on the disk from run to run, and where.
public enum FeatureCaching: Sendable, Hashable {
    /// They are worked out in every run.
    case off
    /// In this folder.
    case folder(String)

    /// A folder, or `off`.
    public init(_ text: String) { self = text == "off" || text.isEmpty ? .off : .folder(text) }

    /// What the environment variable `FORMANT_CACHE` says, a folder or `off`; else `formant` in the user's folder for
    /// caches (`XDG_CACHE_HOME`, or `.cache` in `HOME`); off where there is none of these.
    public static var standard: FeatureCaching {
        if let chosen = getenv("FORMANT_CACHE") { return FeatureCaching(String(cString: chosen)) }
        if let caches = getenv("XDG_CACHE_HOME").map({ String(cString: $0) }), caches.hasPrefix("/") {
            return .folder(FilePath.join(caches, "formant"))
        }
        guard let home = getenv("HOME").map({ String(cString: $0) }), home.hasPrefix("/") else { return .off }
        return .folder(FilePath.join(home, ".cache/formant"))
    }

    /// The cache, opened; nil where it is off.
    /// - Throws: `CacheError`.
    public func open() throws -> FeatureCache? {
        switch self {
        case .off: nil
        case .folder(let folder): try FeatureCache(folder: folder)
        }
    }
}
