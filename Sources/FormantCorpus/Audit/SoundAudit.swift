import FormantAudio
import FormantTensor
import Synchronization

/// Every recording of a corpus, decoded once, and which of them hold the same sound.
///
/// Memory grows with the number of recordings and their landmarks, which are thinned to 256 MB, not with their samples.
struct SoundAudit {
    /// Two recordings with sound in common.
    struct Pair: Sendable {
        /// Indices into `paths`, the first the smaller.
        var first: Int
        var second: Int
        /// Where in each the sound in common begins, in seconds, and how long it is.
        var starts: (first: Double, second: Double)
        var seconds: Double
        /// 0.8 … 1.
        var similarity: Double
        /// Whether they are the same from beginning to end but for silence and gain.
        var isWhole: Bool
    }

    /// The recordings, each once, sorted.
    let paths: [String]
    /// What was found in each, or why it could not be read.
    let scans: [Result<SoundFacts, AudioError>]
    /// Those with sound in common; of recordings with the same samples the first stands for all.
    let pairs: [Pair]

    /// What is kept of a `SoundScan`.
    struct SoundFacts: Sendable {
        var info: SoundFile.Info
        var levels: SoundLevels
        var digest: UInt64?
        var problem: String?
    }

    private static let batch = 512

    /// Reads all recordings.
    /// - Parameters:
    ///   - comparing: whether near copies are looked for, or levels and exact copies alone.
    ///   - progress: is told how many were read, from any thread.
    init(_ corpus: Corpus, comparing: Bool, pool: WorkerPool, progress: @escaping @Sendable (Int) -> Void) throws {
        paths = Set(corpus.examples.compactMap(corpus.path)).sorted()
        let paths = paths
        let extractor = comparing ? try LandmarkExtractor() : nil
        let thinning = comparing ? SoundAudit.thinning(paths, pool) : 0
        var scans: [Result<SoundFacts, AudioError>] = []
        var index = LandmarkIndex()
        var stretches: [(file: Int, number: Int)] = []
        var digests: Set<UInt64> = []
        let done = Mutex(0)
        for start in stride(from: 0, to: paths.count, by: Self.batch) {
            let files = Array(start..<min(paths.count, start + Self.batch))
            let found = pool.map(files, grain: 4) { file in
                let scan = Result { () throws(AudioError) in
                    try SoundScan(path: paths[file], extractor: extractor, thinning: thinning)
                }
                progress(
                    done.withLock { done in
                        done += 1
                        return done
                    })
                return scan
            }
            for (file, result) in zip(files, found) {
                scans.append(
                    result.map {
                        SoundFacts(info: $0.info, levels: $0.levels, digest: $0.digest, problem: $0.problem)
                    })
                // Silence is like all silence, and a copy with the same samples needs no comparison.
                guard case .success(let scan) = result, !scan.levels.isSilent, let digest = scan.digest,
                    digests.insert(digest).inserted
                else { continue }
                for (number, landmarks) in scan.landmarks.enumerated()
                where stretches.count < LandmarkIndex.mostStretches {
                    index.add(landmarks, stretch: stretches.count)
                    stretches.append((file, number))
                }
            }
        }
        self.scans = scans
        pairs =
            comparing
            ? SoundAudit.best(try SoundAudit.compare(index.candidates(pool: pool), stretches, paths, pool)) : []
    }

    /// How much landmarks have to be thinned, by what the headers say.
    private static func thinning(_ paths: [String], _ pool: WorkerPool) -> Int {
        let seconds = pool.map(paths, grain: 64) { path in (try? SoundFile.probe(path))?.seconds ?? 0 }
        return LandmarkIndex.thinning(seconds: seconds.reduce(0, +))
    }

    /// The candidates that turn out to have sound in common.
    private static func compare(
        _ candidates: [LandmarkIndex.Candidate], _ stretches: [(file: Int, number: Int)], _ paths: [String],
        _ pool: WorkerPool
    ) throws -> [Pair] {
        let comparison = try WaveformComparison()
        // Those with one first stretch follow one another: it is read once.
        var groups: [Range<Int>] = []
        for place in candidates.indices {
            if let last = groups.last, candidates[last.lowerBound].first == candidates[place].first {
                groups[groups.count - 1] = last.lowerBound..<place + 1
            } else {
                groups.append(place..<place + 1)
            }
        }
        return pool.map(groups, grain: 4) { group -> [Pair] in
            let first = stretches[candidates[group.lowerBound].first]
            guard let samples = samples(of: first, paths) else { return [] }
            return candidates[group].compactMap { candidate in
                let second = stretches[candidate.second]
                guard second.file != first.file, let other = SoundAudit.samples(of: second, paths),
                    let match = comparison.compare(samples, other, offset: candidate.offset), match.isCopy
                else { return nil }
                let starts = (seconds(first, max(0, match.offset)), seconds(second, max(0, -match.offset)))
                return Pair(
                    first: first.file, second: second.file, starts: starts,
                    seconds: Double(match.overlap) / Double(LandmarkExtractor.sampleRate),
                    similarity: match.similarity, isWhole: match.isWhole)
            }
        }.flatMap { $0 }
    }

    private static func seconds(_ stretch: (file: Int, number: Int), _ sample: Int) -> Double {
        Double(stretch.number * LandmarkExtractor.segmentSamples + sample) / Double(LandmarkExtractor.sampleRate)
    }

    /// The samples of a stretch; nil where the file cannot be read any more.
    private static func samples(of stretch: (file: Int, number: Int), _ paths: [String]) -> [Float]? {
        let length = Double(LandmarkExtractor.segmentSamples) / Double(LandmarkExtractor.sampleRate)
        let start = Double(stretch.number) * length
        return try? Recording.load(
            paths[stretch.file], sampleRate: LandmarkExtractor.sampleRate, range: start...start + length
        ).samples
    }

    /// Of several stretches that two recordings have in common the most alike, in order.
    private static func best(_ pairs: [Pair]) -> [Pair] {
        var places: [[Int]: Int] = [:]
        var best: [Pair] = []
        for pair in pairs {
            let key = [pair.first, pair.second]
            if let place = places[key] {
                if pair.similarity > best[place].similarity { best[place] = pair }
            } else {
                places[key] = best.count
                best.append(pair)
            }
        }
        return best
    }
}
