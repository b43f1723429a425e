import Foundation
import Testing

private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// The files beside this one are the examples of the README: compiled and run here, and held against its text.
@Suite struct ReadmeTests {
    private let words = repository.appending(path: "corpora/spoken-words")

    @Test func logMelOfARecording() throws {
        let features = try logMel(of: words.appending(path: "yes/america-m1-1.flac").path)
        #expect(features.extents[0] == 80)
        #expect(features.extents[1] > 20)
        #expect(features.values.allSatisfy { $0.isFinite })
        #expect(Set(features.values).count > 1000)
    }

    @Test func trainingANetwork() throws {
        let (weights, accuracy) = try trainOnLines()
        #expect(accuracy == 1)
        #expect(try weights.tensor("convolution1.weight").extents == [8, 1, 3, 3])
    }

    @Test func theWholeJob() throws {
        let run = FileManager.default.temporaryDirectory.appending(path: "formant-readme-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: run) }
        let result = try train(
            on: repository.appending(path: "corpora/intents").path, into: run.path,
            thenClassify: "Wake me up at seven, please.")
        #expect(result.ranking.count == 10)
        #expect(result.label == "set-alarm")
        #expect(FileManager.default.fileExists(atPath: run.appending(path: "report.html").path))
    }

    @Test func blocksAreTheFiles() throws {
        let readme = try String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```swift\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let files = try ["LogMel", "TrainNetwork", "WholeJob"].map {
            try String(contentsOf: folder.appending(path: "\($0).swift"), encoding: .utf8)
        }
        #expect(blocks.sorted() == files.sorted())
    }

    /// Links between the project's documents lead to files that are there.
    @Test(arguments: ["README.md", "docs", "corpora"])
    func linksLeadSomewhere(place: String) throws {
        let start = repository.appending(path: place)
        let documents: [URL]
        if place.hasSuffix(".md") {
            documents = [start]
        } else {
            let names = try FileManager.default.contentsOfDirectory(atPath: start.path).filter { $0.hasSuffix(".md") }
            documents = names.map { start.appending(path: $0) }
        }
        #expect(!documents.isEmpty)
        for document in documents {
            let text = try String(contentsOf: document, encoding: .utf8)
            for part in text.components(separatedBy: "](").dropFirst() {
                let target = part.prefix { $0 != ")" && $0 != "#" }
                if target.isEmpty || target.contains(":") { continue }
                let file = document.deletingLastPathComponent().appending(path: String(target))
                #expect(
                    FileManager.default.fileExists(atPath: file.standardizedFileURL.path),
                    "\(document.lastPathComponent) links to \(target)")
            }
        }
    }
}
