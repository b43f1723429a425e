import FormantAudio
import FormantFiles
import FormantTensor

/// Makes windowed examples of recordings with annotations, and the corpus of them.
struct WindowedCorpus {
    let rules: WindowRules
    var builder: CorpusBuilder
    private var windows: [Window] = []
    private var labelledCount = 0
    private var recordings: [AnnotatedRecording] = []

    private struct Window {
        var example: Example
        var isBackground: Bool
        var file: String
    }

    init(rules: WindowRules, builder: CorpusBuilder) {
        self.rules = rules
        self.builder = builder
        self.builder.isMultiLabel = rules.mode == .several
    }

    /// Reads a table; nil, and a problem, when it is none.
    mutating func table(_ path: String) -> AnnotationTable? {
        do throws(CorpusError) {
            let table = try AnnotationTable.read(path, options: rules.reading)
            builder.problems.add(contentsOf: table.problems, count: table.problemCount)
            return table
        } catch {
            switch error {
            case .badManifest(let file, let line, let what):
                builder.problems.add(file, line > 0 ? line : nil, what + "; skipped")
            case .notAnnotations(let path, let found):
                builder.problems.add(path, nil, "expected a table of annotations, found \(found); skipped")
            default: builder.problems.add(path, nil, "\(error); skipped")
            }
            return nil
        }
    }

    /// Adds a recording with the table that belongs to it.
    mutating func add(_ recording: Example, table path: String) {
        guard case .audio(let clip) = recording.input, let table = table(path) else { return }
        // A table over several recordings may stand for this one too: what it says of others is theirs.
        let name = FilePath.name(of: clip.path)
        let own = table.annotations.filter { annotation in
            annotation.recording.map { AnnotatedFiles.name(of: $0) == name } ?? true
        }
        if own.count < table.annotations.count,
            let other = table.annotations.first(where: {
                $0.recording != nil && AnnotatedFiles.name(of: $0.recording ?? "") != name
            })
        {
            builder.problems.add(
                path, other.line,
                "annotations of other recordings than \(name), \(table.annotations.count - own.count) of them "
                    + "(\(other.recording ?? "")); skipped")
            if own.isEmpty { return }
        }
        add(recording, own, file: path)
    }

    /// Adds a recording with its annotations.
    /// - Parameters:
    ///   - recording: its path, the stretch of it that was annotated, its group (nil is one of its own) and split.
    ///   - file: where the annotations come from, for problems.
    mutating func add(_ recording: Example, _ annotations: [Annotation], file: String) {
        guard case .audio(let clip) = recording.input else { return }
        let place = FilePath.join(builder.root, clip.path)
        let length: Double
        let channelCount: Int
        do throws(AudioError) { (length, channelCount) = try WindowedCorpus.length(place) } catch {
            builder.problems.add(place, nil, "\(error); skipped")
            return
        }
        let to = min(length, clip.end ?? length)
        let from = clip.start ?? 0
        guard let grid = WindowGrid(from: from, to: to, rules: rules) else {
            let what =
                to > from
                ? "more than \(WindowGrid.limit) windows in \(to - from) s; skipped"
                : "nothing of the recording, \(length) s long, from \(from) s on; skipped"
            builder.problems.add(place, nil, what)
            return
        }
        let inside = checked(annotations, length: length, file: file)
        let channels: [Int?]
        if let channel = clip.channel {
            channels = [channel]
        } else {
            channels = rules.channels == .apart ? (0..<channelCount).map { $0 } : [nil]
        }
        var template = recording
        template.group = builder.shared(recording.group ?? clip.path)
        template.source = builder.shared(FilePath.relative(file, to: builder.root))
        template.line = 0
        for channel in channels {
            // Of a channel that was named, what is in it or in none.
            let own = channel.map { channel in inside.filter { $0.channel == nil || $0.channel == channel } } ?? inside
            add(template, clip.path, channel, grid, own, place: place, file: file)
            recordings.append(
                AnnotatedRecording(
                    path: clip.path, channel: channel, stretch: from...to, annotations: own, rules: rules))
        }
    }

    /// The annotations that begin in the recording. Of those that end behind it, the labeller takes what is in it.
    private mutating func checked(_ annotations: [Annotation], length: Double, file: String) -> [Annotation] {
        var unlabelled: (count: Int, line: Int) = (0, 0)
        var inside: [Annotation] = []
        inside.reserveCapacity(annotations.count)
        for annotation in annotations {
            guard annotation.start < length || (annotation.start == annotation.end && annotation.start == length) else {
                builder.problems.add(
                    file, annotation.line,
                    "begins at \(annotation.start) s, behind the end of the recording at \(length) s; skipped")
                continue
            }
            if annotation.end > length + 1 {
                builder.problems.add(
                    file, annotation.line,
                    "ends at \(annotation.end) s, behind the end of the recording at \(length) s; taken up to there")
            }
            if annotation.labels.isEmpty {
                unlabelled.count += 1
                if unlabelled.count == 1 { unlabelled.line = annotation.line }
            }
            inside.append(annotation)
        }
        if unlabelled.count > 0 {
            builder.problems.add(
                file, unlabelled.line,
                "annotations without a label, \(unlabelled.count) of them; windows that they touch are uncertain")
        }
        return inside
    }

    private mutating func add(
        _ template: Example, _ path: String, _ channel: Int?, _ grid: WindowGrid, _ annotations: [Annotation],
        place: String, file: String
    ) {
        guard let verdicts = WindowLabeller(rules: rules, grid: grid).verdicts(of: annotations) else {
            builder.problems.add(
                file, nil,
                "more than \(WindowLabeller.pairLimit) pairs of a window and an annotation for \(place); skipped")
            return
        }
        var backgrounds: [Int] = []
        for (index, verdict) in verdicts.enumerated() {
            var labels: [String]
            switch verdict {
            case .labelled(let found): labels = found
            case .uncertain where rules.uncertain == .drop: continue
            case .background, .uncertain:
                guard rules.background.keep == .all else { continue }
                labels = rules.backgroundLabels
                backgrounds.append(windows.count)
            }
            labels = builder.sharedList(labels)
            let isLabelled: Bool
            if case .labelled = verdict { isLabelled = true } else { isLabelled = false }
            if isLabelled { labelledCount += 1 }
            let window = grid[index]
            var example = template
            example.labels = labels
            example.input = .audio(
                AudioClip(path: path, start: window.lowerBound, end: window.upperBound, channel: channel))
            windows.append(Window(example: example, isBackground: !isLabelled, file: file))
        }
        guard let limit = rules.background.limit, backgrounds.count > limit else { return }
        let name = "background " + path + (channel.map { "@\($0)" } ?? "")
        let dropped = WindowedCorpus.surplus(backgrounds, over: limit, seed: rules.seed, purpose: name)
        remove(dropped)
    }

    /// Those of some windows that are too many, chosen by chance.
    private static func surplus(_ some: [Int], over limit: Int, seed: UInt64, purpose: String) -> Set<Int> {
        var order = some
        var chance = SeededGenerator.derived(seed: seed, purpose: purpose)
        chance.shuffle(&order)
        return Set(order.dropFirst(limit))
    }

    private mutating func remove(_ dropped: Set<Int>) {
        // Those dropped are at the end as a rule, so that what is before them is left alone.
        guard let first = dropped.min() else { return }
        let tail = windows.indices[first...].filter { !dropped.contains($0) }.map { windows[$0] }
        windows.replaceSubrange(first..., with: tail)
    }

    /// The corpus of all windows.
    consuming func finish() throws(CorpusError) -> Corpus {
        if let ratio = rules.background.ratio {
            let backgrounds = windows.indices.filter { windows[$0].isBackground }
            let wanted = min(Double(backgrounds.count), (Double(labelledCount) * ratio).rounded(.down))
            let name = "background"
            remove(WindowedCorpus.surplus(backgrounds, over: Int(wanted), seed: rules.seed, purpose: name))
        }
        for window in windows { builder.add(window.example, file: window.file) }
        let recordings = recordings
        var corpus = try builder.finish()
        corpus.recordings = recordings
        return corpus
    }

    /// Length in seconds, and the number of channels. Where the header does not say how long the recording is, it is
    /// read through.
    private static func length(_ path: String) throws(AudioError) -> (Double, Int) {
        let info = try SoundFile.probe(path)
        if let seconds = info.seconds { return (seconds, info.channels) }
        let reader = try SoundReader(path: path, sampleRate: info.sampleRate, channel: .only(0))
        var block: [Float] = []
        var count = 0
        while try reader.read(into: &block) { count += block.count }
        return (Double(count) / Double(info.sampleRate), info.channels)
    }
}
