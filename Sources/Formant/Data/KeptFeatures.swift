import CKernels
import FormantAudio
import FormantCorpus
import FormantFiles
import FormantTensor
import FoundationEssentials
import Synchronization

/// The features of one front end in a cache. A cache that fails is told of once and then left alone: features are worked
/// out as if there were none.
final class KeptFeatures: Sendable {
    private let cache: FeatureCache?
    private let frontEnd: [UInt8]
    private let failure = Mutex<String?>(nil)

    /// To be counted up when the same settings give other features.
    private static let generation: UInt64 = 1

    init(_ caching: FeatureCaching, _ frontEnd: AudioFrontEnd) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var hash = SHA256()
        hash.update(littleEndian: KeptFeatures.generation)
        hash.update(Version.current)
        // Sums in vectors of another width differ in their last bits.
        hash.update(String(cString: ck_active().pointee.name))
        hash.update(try encoder.encode(frontEnd))
        self.frontEnd = hash.finalBytes()
        do { cache = try caching.open() } catch {
            cache = nil
            failure.withLock { $0 = "\(error)" }
        }
    }

    /// What went wrong first, where something did.
    var problem: String? { failure.withLock { $0 } }

    private var usable: FeatureCache? { problem == nil ? cache : nil }

    /// The key of a stretch of a recording; nil where nothing is kept, or the recording cannot be read.
    func key(_ path: String, start: Double?, end: Double?, channel: Int?) -> [UInt8]? {
        guard let usable, let content = attempt({ try usable.digest(of: path) }) ?? nil else { return nil }
        var hash = SHA256()
        hash.update(frontEnd)
        hash.update(content)
        for number in [start, end, channel.map(Double.init)] {
            hash.update(littleEndian: number == nil ? 0 : 1)
            hash.update(littleEndian: (number ?? 0).bitPattern)
        }
        return hash.finalBytes()
    }

    /// The features under a key, if there are as many values as there should be.
    func features(_ key: [UInt8], count: Int) -> [Float]? {
        guard let usable, let features = attempt({ try usable.features(key) }) ?? nil, features.count == count else {
            return nil
        }
        return features
    }

    /// Keeps features, and marks those that were found as used.
    func keep(_ entries: [(key: [UInt8], features: [Float])]) {
        guard let usable else { return }
        _ = attempt { try usable.keep(entries) }
    }

    private func attempt<Result>(_ body: () throws -> Result) -> Result? {
        do { return try body() } catch {
            failure.withLock { if $0 == nil { $0 = "\(error)" } }
            return nil
        }
    }
}
