import Formant
import FormantTestSupport
import FormantTraining
import Foundation
import Synchronization
import Testing

/// Folds of sentences, several at once.
@Suite struct FoldRunTests {
    /// The files of a run by their names, without times.
    private func bytes(_ folder: TemporaryFolder, _ run: String) throws -> [String: [UInt8]] {
        var all: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path(run))
        where path.hasSuffix("model.safetensors") || path.hasSuffix("splits.csv") {
            all[path] = try folder.bytes(run + "/" + path)
        }
        return all
    }

    private func corpus(in folder: TemporaryFolder) throws -> String {
        try folder.write("sentences.tsv", SmallModels.sentences)
    }

    @Test func theSameBytesForAnyNumberOfThreads() throws {
        let folder = try TemporaryFolder()
        let corpus = try corpus(in: folder)
        var summaries: [TrainingSummary] = []
        var told: [[String]] = []
        for threads in [1, 3, 8] {
            let notes = Notes()
            let observer = RunObserver(
                note: { notes.add($0) }, warning: { notes.add($0) }, epoch: { notes.add("epoch \($0.epoch)") })
            summaries.append(
                try train(
                    corpus, TestSounds.textRecipe, into: folder.path("run\(threads)"), threads: threads,
                    observer: observer
                ) { $0.folds = .count(5) })
            told.append(notes.texts)
        }
        let first = try bytes(folder, "run1")
        #expect(first.count == 11)
        for (threads, summary) in zip([1, 3, 8], summaries) {
            #expect(try bytes(folder, "run\(threads)") == first)
            #expect(summary.folds?.map(\.fold) == ["1", "2", "3", "4", "5"])
            #expect(summary.folds?.map(\.test) == summaries[0].folds?.map(\.test))
            #expect(summary.test == summaries[0].test && summary.validation == summaries[0].validation)
            #expect(summary.test?.n == 60 && summary.epochs == 15 && !summary.interrupted)
        }
        // What a fold tells stands together, in whatever order the folds ended.
        for notes in told {
            #expect(notes.sorted() == told[0].sorted())
            let starts = notes.indices.filter { notes[$0].hasPrefix("fold ") }
            #expect(starts.count == 5 && starts[0] == 0)
            for start in starts {
                #expect(notes[start..<min(start + 7, notes.count)].contains("epoch 3"), "\(notes)")
            }
        }
    }

    @Test(arguments: [1, 2]) func stopsWhereItIsAskedTo(threads: Int) throws {
        let folder = try TemporaryFolder()
        let asked = Atomic<Bool>(false)
        let seen = Atomic<Int>(0)
        let notes = Notes()
        let observer = RunObserver(
            warning: { notes.add($0) },
            step: { _ in
                if seen.wrappingAdd(1, ordering: .relaxed).newValue == 3 { asked.store(true, ordering: .relaxed) }
            }, shouldStop: { asked.load(ordering: .relaxed) })
        let summary = try train(
            try corpus(in: folder), TestSounds.textRecipe, into: folder.path("run"), threads: threads,
            observer: observer
        ) { $0.folds = .count(6) }
        #expect(summary.interrupted)
        let done = summary.folds?.count ?? 0
        #expect(1...threads ~= done && notes.texts.contains("interrupted: \(done) of 6 folds were done"))
        #expect(FileManager.default.fileExists(atPath: folder.path("run/report.json")))
    }

    @Test(arguments: [1, 3]) func whatFailsInAFoldIsThrown(threads: Int) throws {
        let folder = try TemporaryFolder()
        // A file where a fold's folder is to be.
        try folder.write("run/fold-2", "in the way")
        #expect(throws: (any Error).self) {
            try train(
                try corpus(in: folder), TestSounds.textRecipe, into: folder.path("run"), threads: threads
            ) { $0.folds = .count(4) }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("run/report.json")))
    }
}
