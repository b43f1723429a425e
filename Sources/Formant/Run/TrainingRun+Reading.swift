import FormantAudio
import FormantCorpus
import FormantImage
import FormantTensor

extension TrainingRun {
    /// Reads the recordings of a corpus.
    func readRecordings(_ prepared: Prepared) throws -> Prepared {
        var prepared = prepared
        let corpus = prepared.corpus
        let rate = TrainingRun.commonRate(corpus)
        let recipe = try resolved(CorpusFacts(classes: prepared.labels.count, sampleRate: rate), prepared.base)
        guard case .audio(let frontEnd) = recipe.input else {
            throw RecipeError.modality(recipe: recipe.name, takes: recipe.input.takes, found: "sound")
        }
        if let longest = corpus.longestWindow, longest > frontEnd.clip.seconds + 0.001 {
            observer.warning(
                "windows of \(longest.digits(3)) s are cropped to the \(frontEnd.clip.seconds.digits(3)) s that the recipe "
                    + "hears; make them as long, or set audio.clip.seconds")
        }
        // Before the recordings are read, which takes its time.
        do {
            _ = try recipe.bound(input: try frontEnd.featureShape(), classes: prepared.labels.count)
        } catch let error as AudioError { throw RecipeError.malformed(recipe: recipe.name, reason: "audio: \(error)") }
        prepared.sampleRate = rate
        (prepared.files, prepared.problems) = try read(corpus, "at \(frontEnd.sampleRate) Hz") { progress in
            try CorpusInputs.audio(
                corpus, frontEnd, labels: prepared.labels, multiLabel: prepared.multiLabel, folder: request.output,
                augmentation: recipe.augmentation, keptSamples: request.keptSamples, caching: request.caching,
                pool: pool, progress: progress, warning: { observer.warning($0) })
        }
        return prepared
    }

    /// Reads the pictures of a corpus.
    func readPictures(_ prepared: Prepared) throws -> Prepared {
        var prepared = prepared
        let recipe = try resolved(CorpusFacts(classes: prepared.labels.count), prepared.base)
        guard case .image(let frontEnd) = recipe.input else {
            throw RecipeError.modality(recipe: recipe.name, takes: recipe.input.takes, found: "images")
        }
        _ = try recipe.bound(input: frontEnd.shape, classes: prepared.labels.count)
        (prepared.files, prepared.problems) = try read(
            prepared.corpus, "as \(frontEnd.width) × \(frontEnd.height) \(frontEnd.colour.rawValue)"
        ) { progress in
            try CorpusInputs.images(
                prepared.corpus, frontEnd, labels: prepared.labels, multiLabel: prepared.multiLabel,
                folder: request.output, variation: recipe.augmentation.picture, pool: pool, progress: progress)
        }
        return prepared
    }

    /// Reads files with a word before and behind it, and about those that cannot be read.
    /// - Parameter body: gets what is to be told how many were read.
    private func read(
        _ corpus: Corpus, _ how: String,
        _ body: ((Int) throws -> Void) throws -> (inputs: CorpusInputs, problems: [InputProblem])
    ) throws -> (CorpusInputs, [InputProblem]) {
        let (count, thing) = (corpus.examples.count, corpus.modality.thing())
        observer.note("reading \(count) \(thing) \(how)")
        let clock = ContinuousClock()
        let start = clock.now
        let (inputs, problems) = try body { done in
            observer.features(done, count)
            if observer.shouldStop() { throw RunError.interrupted }
        }
        observer.note("read in \(((clock.now - start) / .seconds(1)).digits(1)) s")
        for problem in problems.prefix(20) { observer.warning("\(problem.input): \(problem.reason)") }
        if problems.count > 20 { observer.warning("and \(problems.count - 20) more \(thing) could not be read") }
        return (inputs, problems)
    }

    /// The lowest rate among some recordings, at most 16,000 Hz: what a recipe without a rate of its own works at.
    static func commonRate(_ corpus: Corpus) -> Int {
        let step = max(1, corpus.examples.count / 200)
        let rates = stride(from: 0, to: corpus.examples.count, by: step).compactMap { i in
            corpus.path(of: corpus.examples[i]).flatMap { try? SoundFile.probe($0).sampleRate }
        }
        return min(16_000, max(rates.min() ?? 16_000, 4_000))
    }
}
