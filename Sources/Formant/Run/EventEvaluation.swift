import FormantAudio
import FormantCorpus
import FormantEvaluation
import FormantFiles
import FormantTensor

/// How well a model finds events in whole recordings, as `classify --events` gives them.
struct EventEvaluation {
    let model: Model
    let corpus: Corpus
    let pool: WorkerPool

    /// What came out.
    struct Outcome {
        var report: EventReport?
        var failed: [InputProblem] = []
        var warnings: [String] = []
    }

    private struct Place: Hashable {
        var path: String
        var channel: Int?
    }

    /// Slides over recordings from end to end and holds what is found against their annotations.
    /// - Parameter chosen: the examples that are judged. A recording counts when all of its windows are among them, so that
    ///   nothing that was learned is taken for test.
    func run(_ chosen: [Example]) throws -> Outcome {
        var outcome = Outcome()
        guard !corpus.recordings.isEmpty, case .audio = model.frontEnd else { return outcome }
        var counts: [Place: Int] = [:]
        for example in corpus.examples { count(example, 1, &counts) }
        var judged: Set<Place> = []
        for example in chosen {
            count(example, -1, &counts)
            if let place = place(of: example) { judged.insert(place) }
        }
        let whole = corpus.recordings.filter { recording in
            let place = Place(path: recording.path, channel: recording.channel)
            return judged.contains(place) && counts[place] == 0
        }
        if whole.count < judged.count {
            outcome.warnings.append(
                "\(judged.count - whole.count) of \(judged.count) recordings are only in part in what is judged; events "
                    + "are told of the others")
        }
        guard !whole.isEmpty else { return outcome }
        let background = Set(whole.flatMap(\.backgroundLabels)).union(model.rejection?.outOfScope.map { [$0] } ?? [])
        var scores = EventScores(labels: model.labels.filter { !background.contains($0) })
        let rules = try EventRules(labels: scores.labels)
        let classifier = Classifier(model, pool: pool)
        let heard = try classifier.windowing().length
        var done = 0
        for recording in whole {
            do {
                let found = try events(of: recording, classifier, rules, hop: min(recording.hop, heard))
                scores.add(
                    reference: recording.events.map { TimedLabel(label: $0.label, onset: $0.start, offset: $0.end) },
                    found: found, seconds: recording.stretch.upperBound - recording.stretch.lowerBound)
                done += 1
            } catch let error as AudioError {
                outcome.failed.append(InputProblem(input: recording.path, reason: "\(error)"))
            }
        }
        let hops = Set(whole.map { min($0.hop, heard) })
        if done > 0 { outcome.report = EventReport(scores, recordings: done, hop: hops.count == 1 ? hops.first : nil) }
        return outcome
    }

    private func place(of example: Example) -> Place? {
        guard case .audio(let clip) = example.input else { return nil }
        return Place(path: clip.path, channel: clip.channel)
    }

    private func count(_ example: Example, _ change: Int, _ counts: inout [Place: Int]) {
        if let place = place(of: example) { counts[place, default: 0] += change }
    }

    /// What is found in the annotated stretch of a recording, by windows as the network hears them that leave no gap.
    private func events(
        of recording: AnnotatedRecording, _ classifier: Classifier, _ rules: EventRules, hop: Double
    ) throws -> [TimedLabel] {
        var frontEnd = try classifier.windowing().frontEnd
        if let channel = recording.channel { frontEnd.channel = .only(channel) }
        let windowing = Classifier.Windowing(frontEnd: frontEnd, hop: hop)
        var merger = EventMerger(
            rules, labels: model.labels, sampleRate: windowing.sampleRate, thresholds: model.thresholds)
        var events: [Event] = []
        try classifier.forEachWindow(of: FilePath.join(corpus.root, recording.path), windowing) { window in
            events += merger.add(window)
        }
        events += merger.finish()
        let stretch = recording.stretch
        return events.compactMap { event in
            let (start, end) = (max(stretch.lowerBound, event.start), min(stretch.upperBound, event.end))
            return start < end ? TimedLabel(label: event.label, onset: start, offset: end) : nil
        }
    }
}
