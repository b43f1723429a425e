import FormantAudio

extension Finding {
    private typealias Facts = (path: String, facts: SoundAudit.SoundFacts)

    /// What is wrong with recordings.
    static func ofSound(_ sound: SoundAudit) -> [Finding] {
        var read: [Facts] = []
        var unreadable: [(String, AudioError)] = []
        for (path, scan) in zip(sound.paths, sound.scans) {
            switch scan {
            case .success(let facts): read.append((path, facts))
            case .failure(let error): unreadable.append((path, error))
            }
        }
        var findings: [Finding] = []
        func add(
            _ code: Code, _ found: [Facts], _ what: String, _ advice: String, _ detail: (Facts) -> String = { _ in "" }
        ) {
            guard !found.isEmpty else { return }
            let verb = found.count == 1 ? "1 recording " : "\(found.count) recordings "
            findings.append(
                Finding(
                    code, found.count, verb + what, advice,
                    names: found.prefix(nameLimit).map { $0.path + detail($0) }))
        }
        if !unreadable.isEmpty {
            findings.append(.unreadable(unreadable.map { "\($0.1)" }, of: sound.paths.count))
        }
        add(
            .truncated, read.filter { $0.facts.problem != nil }, "end before their headers say",
            "copy them again from their source; what is there is used"
        ) { ": \($0.facts.problem ?? "")" }
        add(
            .digitalSilence, read.filter { $0.facts.levels.peak == 0 }, "hold nothing but zeros",
            "remove them, unless silence is one of the labels")
        add(
            .silence,
            read.filter { $0.facts.levels.peak > 0 && $0.facts.levels.isSilent }
                .sorted { $0.facts.levels.rootMeanSquare < $1.facts.levels.rootMeanSquare },
            "are below -60 dB of full scale", "listen to them: raise their gain, or remove them"
        ) { " (\(decibels($0.facts.levels.rootMeanSquare)) dB)" }
        add(
            .clipping,
            read.filter { $0.facts.levels.clippedRuns > 0 }
                .sorted { $0.facts.levels.clippedRuns > $1.facts.levels.clippedRuns },
            "are cut off at full scale", "record again at a lower gain where that is possible"
        ) { " (\($0.facts.levels.clippedRuns) places)" }
        return findings + mixes(read) + lengths(read)
    }

    /// Decibels of full scale, rounded.
    private static func decibels(_ value: Float) -> Int {
        var (value, steps) = (Double(value), 0)
        while value > 0, value < 1, steps < 200 {
            value *= 1.122_018_454_3  // a decibel
            steps += 1
        }
        return -steps
    }

    private static func mixes(_ read: [Facts]) -> [Finding] {
        let infos = read.map(\.facts.info)
        return [
            mix(
                .mixedRates, infos, "recordings have different sample rates",
                "nothing, if rates do not go with labels (a network learns the missing highs instead); set audio.sampleRate to the lowest"
            ) { "\($0.sampleRate) Hz" },
            mix(
                .mixedChannels, infos, "recordings have different numbers of channels",
                "nothing, if the mean of the channels is what is meant; else choose one by audio.channel"
            ) { "\($0.channels) channel\($0.channels == 1 ? "" : "s")" },
            mix(
                .mixedFormats, infos, "recordings have different containers or sample formats",
                "see to it that formats do not go with labels: lossy coding can be heard, and learned"
            ) { $0.format },
        ].compactMap { $0 }
    }

    /// Recordings of less than a tenth, or more than ten times, the median.
    private static func lengths(_ read: [Facts]) -> [Finding] {
        let seconds = read.map { Double($0.facts.levels.count) / Double($0.facts.info.sampleRate) }
        let sorted = seconds.sorted()
        guard sorted.count >= 10 else { return [] }
        let median = sorted[sorted.count / 2]
        let odd = read.indices.filter { seconds[$0] * 10 < median || seconds[$0] > 10 * median }
        guard !odd.isEmpty else { return [] }
        return [
            Finding(
                .oddLengths, odd.count,
                "\(odd.count) recording\(odd.count == 1 ? " is" : "s are") less than a tenth or more than ten times as long as the median",
                "listen to them; of long ones the recipe hears audio.clip.seconds alone",
                names: odd.map { "\(read[$0].path) (\((seconds[$0] * 1000).rounded() / 1000) s)" })
        ]
    }
}
