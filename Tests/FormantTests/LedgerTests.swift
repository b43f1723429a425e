import Formant
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

/// The ledger of a batch, torn, altered and of another batch.
@Suite struct LedgerTests {
    private let settings = ["command": "test", "window": "3"]

    /// Inputs that exist, and what becomes of them.
    private func inputs(_ folder: TemporaryFolder, _ count: Int) throws -> [InputList.Item] {
        try (0..<count).map { i in
            InputList.Item(path: try folder.write("in/\(i)", "input \(i)"), name: "\(i)")
        }
    }

    private func text(_ item: InputList.Item) -> [UInt8] {
        Array(String(repeating: "\(item.name) is done\n", count: Int(item.name)! % 4 + 1).utf8)
    }

    private func output(_ folder: TemporaryFolder, isNumbered: Bool = false) -> Batch.Output {
        Batch.Output(path: folder.path("out"), suffix: ".txt", header: "header\n", isNumbered: isNumbered)
    }

    /// Runs a batch, or a part of it: `stop` throws at the work on that place.
    private func run(
        _ folder: TemporaryFolder, _ items: [InputList.Item], stop: Int = .max, block: Int = 3,
        settings: [String: String]? = nil, done: (Int) -> Void = { _ in }
    ) throws {
        let batch = try Batch(items, to: output(folder), settings: settings ?? self.settings, block: block)
        _ = try batch.run { members in
            try members.map { i in
                if i >= stop { throw CancellationError() }
                done(i)
                return .success(text(items[i]))
            }
        } progress: { _ in
        }
    }

    private func expected(_ items: [InputList.Item]) -> [UInt8] { Array("header\n".utf8) + items.flatMap(text) }

    @Test func aTornLedgerGoesOnAtEveryLength() throws {
        let folder = try TemporaryFolder()
        let items = try inputs(folder, 7)
        #expect(throws: CancellationError.self) { try run(folder, items, stop: 6) }
        let whole = try folder.bytes("out.ledger")
        #expect(whole.count > 400 && !FileManager.default.fileExists(atPath: folder.path("out")))
        var redone: Set<Int> = []
        for length in 0...whole.count {
            try folder.write("out.ledger", Array(whole[..<length]))
            var done = 0
            try run(folder, items) { _ in done += 1 }
            redone.insert(done)
            #expect(try folder.bytes("out") == expected(items), "\(length)")
            #expect(try folder.names == ["in", "out"])
            try FileManager.default.removeItem(atPath: folder.path("out"))
        }
        // As much is done again as is missing: of seven one to all.
        #expect(redone == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test func alteredLedgersNeverGiveWrongResults() throws {
        let folder = try TemporaryFolder()
        let items = try inputs(folder, 5)
        #expect(throws: CancellationError.self) { try run(folder, items, stop: 3) }
        let whole = try folder.bytes("out.ledger")
        let seed: UInt64 = 5
        var generator = SeededGenerator(seed: seed)
        var refused = 0
        for round in 0..<400 {
            var bytes = whole
            for _ in 0...generator.index(below: 2) {
                bytes[generator.index(below: bytes.count)] ^= UInt8(1 << generator.index(below: 8))
            }
            if round % 5 == 0 { bytes += bytes.suffix(generator.index(below: bytes.count)) }
            try folder.write("out.ledger", bytes)
            do {
                try run(folder, items)
                #expect(try folder.bytes("out") == expected(items), "seed \(seed), round \(round)")
            } catch is LedgerError {
                refused += 1
                #expect(try folder.bytes("out.ledger") == bytes)
            }
        }
        // Only of one whose first bytes are not a ledger's.
        #expect(refused < 100, "\(refused)")
    }

    @Test func resultsOfChangedInputsAreNotTaken() throws {
        let folder = try TemporaryFolder()
        let items = try inputs(folder, 6)
        #expect(throws: CancellationError.self) { try run(folder, items, stop: 5, block: 1) }
        try folder.write("in/2", "another length")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: folder.path("in/4"))
        // The list may change as well: one goes, one comes.
        let more = [try InputList.Item(path: folder.write("in/7", "7"), name: "7")] + items.dropFirst()
        let batch = try Batch(more, to: output(folder), settings: settings, block: 1)
        #expect(batch.story?.contains("2 of 6 are done") == true && batch.story?.contains("2 changed") == true)
        var done: [String] = []
        _ = try batch.run { members in
            done += members.map { more[$0].name }
            return members.map { .success(text(more[$0])) }
        } progress: { _ in
        }
        #expect(done == ["7", "2", "4", "5"])
        #expect(try folder.bytes("out") == expected(more))
    }

    @Test func otherSettingsAreRefused() throws {
        let folder = try TemporaryFolder()
        let items = try inputs(folder, 3)
        #expect(throws: CancellationError.self) { try run(folder, items, stop: 2) }
        let ledger = try folder.bytes("out.ledger")
        let error = #expect(throws: LedgerError.self) {
            try run(folder, items, settings: ["command": "test", "window": "4\n5", "hop": "1"])
        }
        #expect(
            error
                == .differs(
                    path: folder.path("out.ledger"), what: ["hop was not given, is 1", "window was 3, is 4 5"]))
        #expect(try folder.bytes("out.ledger") == ledger)
        try run(folder, items)
    }

    @Test func oneProcessAtATime() throws {
        let folder = try TemporaryFolder()
        let items = try inputs(folder, 3)
        let held = try Batch(items, to: output(folder), settings: settings, block: 1)
        #expect(throws: LedgerError.busy(path: folder.path("out.ledger"))) { try run(folder, items) }
        withExtendedLifetime(held) {}
    }

    @Test func whatIsNoLedgerIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let items = try inputs(folder, 3)
        for text in ["notes of mine", "formant ledger 2\n and more", String(repeating: "\0", count: 100)] {
            try folder.write("out.ledger", text)
            #expect(throws: LedgerError.foreign(path: folder.path("out.ledger"))) { try run(folder, items) }
            #expect(try folder.bytes("out.ledger") == Array(text.utf8))
        }
        try FileManager.default.removeItem(atPath: folder.path("out.ledger"))
        try folder.write("out.ledger/x", "a folder")
        #expect(throws: LedgerError.self) { try run(folder, items) }
        #expect(throws: (any Error).self) {
            _ = try Batch(
                items, to: Batch.Output(path: folder.path("no/out"), suffix: "", header: "", isNumbered: false),
                settings: settings, block: 1)
        }
    }

    @Test func failuresAndNumbersAndFolders() throws {
        let folder = try TemporaryFolder()
        let items = try inputs(folder, 4)
        for isFolder in [false, true] {
            var output = output(folder, isNumbered: true)
            output.isFolder = isFolder
            if isFolder { output.path = folder.path("many/") }
            let batch = try Batch(items + items.prefix(1), to: output, settings: settings, block: 2)
            let failed = try batch.run { members in
                members.map { $0 == 2 ? .failure(CocoaError(.fileNoSuchFile)) : .success(text(items[$0 % 4])) }
            } progress: { _ in
            }
            #expect(failed.map(\.input) == [items[2].path])
        }
        let one = String(decoding: try folder.bytes("out"), as: UTF8.self)
        #expect(
            one == "header\n1\t0 is done\n2\t1 is done\n3\t1 is done\n"
                + (4...7).map { "\($0)\t3 is done\n" }.joined() + "8\t0 is done\n")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("many")).sorted() == [
                "0.txt", "1.txt", "3.txt",
            ])
        #expect(try folder.bytes("many/1.txt") == Array("header\n1\t1 is done\n2\t1 is done\n".utf8))
        #expect(try folder.names == ["in", "many", "out"])
        // Nothing at all could be done: no output, no ledger.
        let batch = try Batch(
            items, to: Batch.Output(path: folder.path("none"), suffix: "", header: "", isNumbered: false),
            settings: settings, block: 2)
        #expect(
            try batch.run {
                $0.map { _ in .failure(CocoaError(.fileNoSuchFile)) }
            } progress: { _ in
            }.count == 4)
        #expect(try folder.names == ["in", "many", "out"])
    }
}
