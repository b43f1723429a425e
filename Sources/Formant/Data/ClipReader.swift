import FormantAudio
import FormantCorpus
import FormantTensor

/// Reads the clips of a corpus into a store, with the help of features that are kept from run to run.
struct ClipReader {
    let frontEnd: AudioFrontEnd
    let store: FeatureStore
    /// Where the samples of each clip go too, if they are wanted.
    let samples: FeatureStore?
    let kept: KeptFeatures

    /// What became of one clip.
    private struct Outcome {
        /// Why it could not be read.
        var reason: String?
        /// The key under which its features are to be kept.
        var key: [UInt8]?
    }

    /// Reads some examples.
    /// - Returns: for each of them why it could not be read, or nil.
    func read(_ examples: Range<Int>, of corpus: Corpus, pool: WorkerPool) -> [String?] {
        var outcomes = [Outcome](repeating: Outcome(), count: examples.count)
        outcomes.withUnsafeMutableBufferPointer { outcomes in
            nonisolated(unsafe) let outcomes = outcomes  // each written by one worker
            pool.forEach(examples.count) { offset, _ in
                let index = examples.lowerBound + offset
                guard case .audio(let clip) = corpus.examples[index].input,
                    let path = corpus.path(of: corpus.examples[index])
                else { return }
                do { outcomes[offset].key = try read(index, path, clip) } catch {
                    outcomes[offset].reason = "\(error)"
                }
            }
        }
        kept.keep(
            outcomes.enumerated().compactMap { offset, outcome in
                outcome.key.map { ($0, Array(store[examples.lowerBound + offset])) }
            })
        return outcomes.map(\.reason)
    }

    /// - Returns: the key under which the features are to be kept, where they were not found.
    private func read(_ index: Int, _ path: String, _ clip: AudioClip) throws -> [UInt8]? {
        let loader = ClipLoader(frontEnd: frontEnd)
        if let samples {
            let values = try loader.samples(path, start: clip.start, end: clip.end, channel: clip.channel)
            _ = samples[index].update(fromContentsOf: values)
            let features = try frontEnd.clipFeatures(of: values, sampleRate: frontEnd.sampleRate)
            _ = store[index].update(fromContentsOf: features.values)
            return nil
        }
        let key = kept.key(path, start: clip.start, end: clip.end, channel: clip.channel)
        if let key, let known = kept.features(key, count: store.length) {
            _ = store[index].update(fromContentsOf: known)
            return nil
        }
        let features = try loader.features(path, start: clip.start, end: clip.end, channel: clip.channel)
        _ = store[index].update(fromContentsOf: features.values)
        return key
    }
}
