import FormantAudio
import FormantImage
import FormantTensor

/// A look at everything that a corpus consists of: what is wrong with it, and what it has twice.
public struct CorpusAudit: Sendable {
    /// What is wrong, and what to do about it.
    public let findings: [Finding]
    /// What is there twice.
    public let leaks: LeakAudit
    /// Lengths in seconds of the recordings that could be read, as decoded; empty for others.
    public let seconds: [Double]
    /// Recordings or pictures that could not be read.
    public let unreadable: [(path: String, reason: String)]

    /// Reads all of a corpus: sounds and pictures are decoded once, texts are compared.
    /// - Parameters:
    ///   - comparing: whether near copies are looked for.
    ///   - progress: is told how many files were read, of how many, from any thread.
    public init(
        _ corpus: Corpus, comparing: Bool = true, pool: WorkerPool,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws {
        let parts = CorpusParts(of: corpus)
        let copies = ExactCopies(of: corpus, pool: pool)
        var builder = AuditBuilder(corpus, parts)
        switch corpus.modality {
        case .text:
            for set in copies.sets { builder.add(.sameText, set: set) }
            if comparing { CorpusAudit.addNearTexts(corpus, parts, copies, to: &builder, pool) }
            seconds = []
            unreadable = []
            leaks = builder.finish(isComplete: comparing)
            findings = Finding.all(corpus, files: nil, leaks: leaks)
        case .image:
            let count = Set(corpus.examples.compactMap(corpus.path)).count
            let pictures = PictureAudit(corpus, comparing: comparing, pool: pool) { progress($0, count) }
            CorpusAudit.addPictures(corpus, parts, copies, pictures, to: &builder)
            seconds = []
            unreadable = zip(pictures.paths, pictures.scans).compactMap { path, scan in
                guard case .failure(let error) = scan else { return nil }
                return (path, "\(error)")
            }
            leaks = builder.finish(isComplete: comparing)
            findings = Finding.all(corpus, files: Finding.ofPictures(pictures), leaks: leaks)
        case .audio:
            let count = Set(corpus.examples.compactMap(corpus.path)).count
            let sound = try SoundAudit(corpus, comparing: comparing, pool: pool) { progress($0, count) }
            CorpusAudit.addSounds(corpus, parts, copies, sound, to: &builder)
            seconds = sound.scans.compactMap { scan in
                guard case .success(let facts) = scan else { return nil }
                return Double(facts.levels.count) / Double(facts.info.sampleRate)
            }
            unreadable = zip(sound.paths, sound.scans).compactMap { path, scan in
                guard case .failure(let error) = scan else { return nil }
                return (path, "\(error)")
            }
            leaks = builder.finish(isComplete: comparing)
            findings = Finding.all(corpus, files: Finding.ofSound(sound), leaks: leaks)
        }
    }

    /// Of equal texts the first of the latest part stands for all.
    private static func addNearTexts(
        _ corpus: Corpus, _ parts: CorpusParts, _ copies: ExactCopies, to builder: inout AuditBuilder,
        _ pool: WorkerPool
    ) {
        var chosen: [Int: Int] = [:]
        for (index, number) in copies.numbers.enumerated() where number >= 0 {
            if let other = chosen[number], parts.numbers[other] >= parts.numbers[index] { continue }
            chosen[number] = index
        }
        let examples = corpus.examples.indices.filter {
            copies.numbers[$0] < 0 || chosen[copies.numbers[$0]] == $0
        }
        let texts = examples.map { index -> String in
            if case .text(let text) = corpus.examples[index].input { return text }
            return ""
        }
        let near = NearTexts(texts, parts: examples.map { parts.numbers[$0] }, pool: pool)
        for (place, match) in near.across.enumerated() where match.other >= 0 {
            builder.add(
                .nearText, examples[place], examples[Int(match.other)], similarity: Double(match.similarity))
        }
        for (place, match) in near.within.enumerated() where match.other >= 0 {
            builder.add(
                .nearText, examples[place], examples[Int(match.other)], similarity: Double(match.similarity))
        }
    }

    private static func addSounds(
        _ corpus: Corpus, _ parts: CorpusParts, _ copies: ExactCopies, _ sound: SoundAudit,
        to builder: inout AuditBuilder
    ) {
        var files: [String: Int] = [:]
        for (file, path) in sound.paths.enumerated() { files[path] = file }
        var examples = [[Int]](repeating: [], count: sound.paths.count)
        for (index, example) in corpus.examples.enumerated() {
            if let file = corpus.path(of: example).flatMap({ files[$0] }) { examples[file].append(index) }
        }
        for set in copies.sets { builder.add(.sameBytes, set: set) }

        // Recordings with the same samples, whose bytes differ.
        var byDigest: [UInt64: [Int]] = [:]
        for (file, scan) in sound.scans.enumerated() {
            if case .success(let facts) = scan, let digest = facts.digest { byDigest[digest, default: []].append(file) }
        }
        for files in byDigest.values.filter({ $0.count > 1 }).sorted(by: { $0[0] < $1[0] }) {
            var stretches: [AudioClip: [Int]] = [:]
            for file in files {
                for index in examples[file] {
                    guard case .audio(let clip) = corpus.examples[index].input else { continue }
                    let stretch = AudioClip(path: "", start: clip.start, end: clip.end, channel: clip.channel)
                    stretches[stretch, default: []].append(index)
                }
            }
            for set in stretches.values.sorted(by: { $0[0] < $1[0] }) where set.count > 1 {
                let numbers = set.map { copies.numbers[$0] }
                if numbers.contains(where: { $0 < 0 || $0 != numbers[0] }) {
                    builder.add(.sameSound, set: set.sorted())
                }
            }
        }
        // A pair stands for all recordings with the samples of either: one in another part, if there is one, is named.
        func named(_ file: Int, from start: Double, to end: Double) -> [Int] {
            var same = [file]
            if case .success(let facts) = sound.scans[file], let digest = facts.digest {
                same = byDigest[digest] ?? same
            }
            return same.prefix(8).flatMap { file in
                examples[file].filter { index in
                    guard case .audio(let clip) = corpus.examples[index].input else { return false }
                    return clip.start ?? 0 < end && clip.end ?? .infinity > start
                }.prefix(8)
            }
        }
        for pair in sound.pairs {
            let first = named(pair.first, from: pair.starts.first, to: pair.starts.first + pair.seconds)
            let second = named(pair.second, from: pair.starts.second, to: pair.starts.second + pair.seconds)
            guard let a = first.first, let b = second.first else { continue }
            var chosen = (a, b)
            if let crossing = first.lazy.compactMap({ a in
                second.first { parts.numbers[$0] != parts.numbers[a] }.map { (a, $0) }
            }).first {
                chosen = crossing
            }
            builder.add(
                pair.isWhole ? .sameSound : .nearSound, chosen.0, chosen.1, similarity: pair.similarity,
                sound: ((pair.starts.first, pair.starts.second), pair.seconds))
        }
    }
}
