import Formant
import FormantAudio
import FormantCorpus
import FormantEvaluation
import FormantTensor
import FormantTestSupport
import FormantText
import Foundation
import Synchronization
import Testing

/// Training and evaluation runs.
@Suite struct TrainingRunTests {
    @Test func vocabularyComesFromTheTrainingPartAlone() throws {
        let folder = try TemporaryFolder()
        var table = "text\tlabel\tsplit\n"
        for i in 0..<20 {
            table += "wake me\talarm\ttrain\nplay song\tmusic\ttrain\n"
            table +=
                "wake validationword\talarm\tvalidation\nplay testword\tmusic\t\(i % 2 == 0 ? "test" : "validation")\n"
        }
        let corpus = try folder.write("t.tsv", table)
        let summary = try train(corpus, TestSounds.textRecipe, into: folder.path("run"))
        #expect(summary.test?.n == 10 && summary.validation?.n == 30)
        guard case .text(let frontEnd) = try Model(path: folder.path("run")).frontEnd else {
            Issue.record("no text")
            return
        }
        #expect(frontEnd.vocabulary.count == 4)
        #expect(frontEnd.ids(ofTokens: ["validationword", "testword"]) == frontEnd.ids(ofTokens: ["no", "word"]))
    }

    @Test func statisticsComeFromTheTrainingPartAlone() throws {
        // The recordings of validation and test are a hundred times louder.
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 11)
        var table = "path,label,split\n"
        for (label, hertz) in TestSounds.classes {
            for i in 0..<12 {
                let split = ["train", "train", "validation", "test"][i % 4]
                let tone = TestSounds.tone(hertz, using: &generator).map { split == "train" ? $0 * 0.01 : $0 }
                try folder.write("\(label)\(i).wav", TestSounds.wav(tone))
                table += "\(label)\(i).wav,\(label),\(split)\n"
            }
        }
        let recipe = TestSounds.recipe.replacingOccurrences(of: "clip: {", with: "normalisation: corpus\n  clip: {")
        try train(try folder.write("t.csv", table), recipe, into: folder.path("run"), threads: 2)
        let model = try Model(path: folder.path("run"))
        guard case .audio(let frontEnd) = model.frontEnd, case .corpus(let statistics?) = frontEnd.normalisation else {
            Issue.record("no statistics")
            return
        }
        var raw = frontEnd
        raw.normalisation = .none
        var sums = BandStatisticsAccumulator()
        for row in table.split(separator: "\n") where row.hasSuffix(",train") {
            let path = folder.path(String(row.prefix { $0 != "," }))
            let features = try ClipLoader(frontEnd: raw).features(path)
            try sums.add(features)
        }
        #expect(sums.statistics == statistics)
        // Features of the model's front end are those of training: normalised the same way, to the last bit.
        let path = folder.path("low0.wav")
        let features = try ClipLoader(frontEnd: frontEnd).features(path).values
        let expected = try ClipLoader(frontEnd: raw).features(path).values.enumerated().map { i, value in
            let row = i / (features.count / statistics.mean.count)
            return (value - statistics.mean[row]) * (1 / statistics.deviation[row])
        }
        #expect(features == expected)
        #expect(abs(features.reduce(0, +) / Float(features.count)) < 3)
    }

    @Test func severalLabels() throws {
        let folder = try TemporaryFolder()
        var lines = ""
        for i in 0..<60 {
            let labels = [i % 2 == 0 ? "\"even\"" : nil, i % 3 == 0 ? "\"third\"" : nil].compactMap { $0 }
            let words = [i % 2 == 0 ? "two" : "", i % 3 == 0 ? "three" : ""].joined(separator: " ")
            lines += "{\"text\": \"word \(words)\", \"label\": [\(labels.joined(separator: ", "))]}\n"
        }
        let corpus = try folder.write("t.jsonl", lines)
        let notes = Notes()
        let summary = try train(
            corpus, TestSounds.textRecipe.replacingOccurrences(of: "epochs: 3", with: "epochs: 12"),
            into: folder.path("run"),
            observer: RunObserver(note: { notes.add($0) }))
        #expect(notes.texts.contains { $0.contains("binary cross-entropy") })
        let model = try Model(path: folder.path("run"))
        #expect(model.scoring == .sigmoid && model.labels == ["even", "third"])
        let result = try Classifier(model).classify(text: "word two three")
        #expect(result.ranking.count == 2 && result.ranking.allSatisfy { $0.score > 0.5 && $0.score < 1 })
        #expect(try Classifier(model).classify(text: "word").score < 0.5)
        let outcome = try EvaluationRun.run(
            modelPath: folder.path("run"), corpusArgument: corpus, root: nil, part: .standard,
            pool: WorkerPool(threads: 1))
        #expect(
            outcome.evaluation.metrics.n == summary.test?.n
                && outcome.evaluation.metrics.accuracy == summary.test?.accuracy)
    }

    @Test func brokenRecordingsAreNamedAndLeftOut() throws {
        let folder = try TemporaryFolder()
        try TestSounds.writeCorpus(in: folder, perClass: 8)
        try folder.write("tones/low/broken.wav", "RIFF and no more")
        try folder.write("tones/high/empty.wav", "")
        let notes = Notes()
        let summary = try train(
            folder.path("tones"), TestSounds.recipe, into: folder.path("run"),
            observer: RunObserver(warning: { notes.add($0) }))
        #expect(summary.failed == 2)
        for name in ["low/broken.wav", "high/empty.wav"] {
            #expect(notes.texts.contains { $0.hasPrefix(name + ": ") }, "\(notes.texts)")
        }
        let account = try String(contentsOfFile: folder.path("run/run.json"), encoding: .utf8)
        #expect(account.contains("low/broken.wav"))
    }

    @Test func stopsWhenAsked() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        let epochs = Atomic(0)
        let summary = try train(
            place.tones, TestSounds.recipe.replacingOccurrences(of: "epochs: 3", with: "epochs: 100000"),
            into: folder.path("run"),
            observer: RunObserver(
                epoch: { _ in epochs.add(1, ordering: .relaxed) }, shouldStop: { epochs.load(ordering: .relaxed) >= 4 })
        )
        #expect(summary.interrupted && (4...5).contains(summary.epochs))
        #expect(try Model(path: folder.path("run")).provenance.epoch <= summary.epochs)
        let whole = try train(place.tones, TestSounds.recipe, into: folder.path("whole"))
        #expect(!whole.interrupted)
    }

    @Test func tooLittle() throws {
        let folder = try TemporaryFolder()
        let one = try folder.write("one.tsv", "text\tlabel\na\tx\nb\tx\nc\tx\n")
        let two = try folder.write("two.tsv", "text\tlabel\na\tx\nb\ty\n")
        for corpus in [one, two] {
            #expect(throws: (any Error).self) { try train(corpus, TestSounds.textRecipe, into: folder.path("run")) }
        }
        let broken = try folder.write("broken.csv", "path,label\na.wav,x\nb.wav,y\nc.wav,x\nd.wav,y\n")
        for name in ["a", "b", "c", "d"] { try folder.write(name + ".wav", "no sound \(name)") }
        let error = #expect(throws: (any Error).self) { try train(broken, TestSounds.recipe, into: folder.path("run")) }
        #expect(error.map { "\($0)" }?.contains("found 0") == true, "\(error.map { "\($0)" } ?? "")")
        #expect(!FileManager.default.fileExists(atPath: folder.path("run/model.safetensors")))
    }

    @Test func evaluationOnOtherCorpora() throws {
        let place = try SmallModels.place()
        let folder = try TemporaryFolder()
        func evaluate(_ table: String, _ part: EvaluationRun.Part = .standard) throws -> EvaluationRun.Outcome {
            try EvaluationRun.run(
                modelPath: place.folder.path("text"), corpusArgument: try folder.write("t.tsv", table), root: nil,
                part: part,
                pool: WorkerPool(threads: 1))
        }
        let all = try evaluate("text\tlabel\nwake me\talarm\nplay song\tmusic\n")
        #expect(
            all.part == "all" && all.evaluation.metrics.n == 2 && all.evaluation.metrics.accuracy == 1
                && all.warnings == [])
        let unknown = try evaluate("text\tlabel\nwake me\talarm\nplay song\tjazz\n")
        #expect(unknown.evaluation.metrics.n == 1 && unknown.warnings.contains { $0.contains("jazz") })
        let split = try evaluate("text\tlabel\tsplit\nwake me\talarm\ttrain\nplay song\talarm\ttest\n")
        #expect(split.part == "test" && split.evaluation.metrics.accuracy == 0)
        #expect(throws: RunError.self) { _ = try evaluate("text\tlabel\na\tx\nb\ty\n") }
        #expect(throws: RunError.self) { _ = try evaluate("text\tlabel\nwake\talarm\n", .split(.test)) }
    }

    @Test func foldNames() {
        typealias Folds = TrainingRequest.Folds
        #expect(Folds(named: "groups") == .leaveOneGroupOut && Folds(named: "5") == .count(5))
        for name in ["1", "0", "-3", "10001", "", "group", "5.0", " 5"] { #expect(Folds(named: name) == nil) }
        for folds in [Folds.count(7), .leaveOneGroupOut] { #expect(Folds(named: folds.name) == folds) }
    }
}
