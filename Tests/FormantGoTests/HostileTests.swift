import Foundation
import FormantGo
import FormantTensor
import FormantTestSupport
import Testing

/// Broken input: an error, never a trap, and quickly.
@Suite struct HostileTests {
    private static let seeds = [
        "(;GM[1]FF[4]SZ[9]CA[UTF-8]KM[6.5]HA[2]AB[cc][gg]PB[é\\]]BR[3d];W[ee];B[dd](;W[ce];B[])(;W[tt]C[x\\\\]))",
        "(;GaMe[1]SiZe[5]AddBlack[aa:cc]AE[bb]AW[ee]PL[B];Black[dd];White[de];AE[aa];B[bb])(;SZ[25];B[yy];W[aa])",
        "(;SZ[5];B[ba];W[aa];B[ab];W[ca];B[aa];W[bb])",
    ]

    @Test func mutatedRecords() {
        var generator = SeededGenerator(seed: 11)
        let interesting = Array("()[];\\:abBWACSZ1925\n\r\t\0".utf8)
        var (read, refused) = (0, 0)
        for round in 0..<10_000 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0..<1 + generator.index(below: 6) {
                guard !bytes.isEmpty else { break }
                let place = generator.index(below: bytes.count)
                switch generator.index(below: 5) {
                case 0: bytes[place] = interesting[generator.index(below: interesting.count)]
                case 1: bytes[place] = UInt8(generator.index(below: 256))
                case 2: bytes.remove(at: place)
                case 3: bytes.insert(interesting[generator.index(below: interesting.count)], at: place)
                default:
                    let end = min(bytes.count, place + generator.index(below: 40))
                    let copy = Array(bytes[place..<end])
                    bytes.insert(contentsOf: copy, at: generator.index(below: bytes.count))
                }
            }
            do {
                let (games, faults) = try GameRecord.games(of: bytes, source: "x")
                for (_, record) in games {
                    #expect(throws: Never.self) { try record.position(before: record.moves.count) }
                    #expect(
                        (try? GameRecord.games(of: Array(record.sgf.utf8), source: "y"))?.games.first?.record.moves
                            == record.moves)
                }
                for (_, error) in faults { #expect(!"\(error)".utf8.contains { $0 < 0x20 }, "\(error)") }
                read += games.count
                refused += faults.count
            } catch {
                #expect(!"\(error)".contains("\n"))
                refused += 1
            }
        }
        #expect(read > 1_000 && refused > 1_000)
    }

    @Test func sessionsOfRandomBytes() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a.sgf", "(;SZ[5]KM[3]AB[cc];B[aa];W[bb];AE[cc];B[];W[dd])")
        var generator = SeededGenerator(seed: 12)
        let words = [
            file, "loadsgf \(file)", "boardsize", "clear_board", "komi", "play", "genmove", "undo", "final_score",
            "showboard", "fixed_handicap",
            "place_free_handicap", "set_free_handicap", "loadsgf", "reg_genmove", "time_left", "time_settings",
            "all_legal", "final_status_list", "kgs-genmove_cleanup", "gg-undo", "gogui-play_sequence", "formant-policy",
            "formant-area", "printsgf", "gogui-analyze_commands", "alive", "dead", "captures", "list_stones",
            "known_command", "b", "w", "white", "pass", "a1", "B2", "z99", "19", "5", "0",
            "-1",
            "9223372036854775807", "-9223372036854775808", "1e308", "nan", "inf", "#", "é", "\0", "1", "2", "3",
        ]
        for session in 0..<10_000 {
            var engine = GTPEngine(policy: UniformPolicy())
            if session % 4 != 0 { _ = engine.respond(to: "boardsize \(2 + generator.index(below: 5))") }
            for _ in 0..<8 {
                var line: [UInt8] = []
                if session % 2 == 0 {
                    line = (0..<generator.index(below: 60)).map { _ in UInt8(generator.index(below: 256)) }
                } else {
                    let chosen = (0..<1 + generator.index(below: 4)).map { _ in
                        words[generator.index(below: words.count)]
                    }
                    line = Array(chosen.joined(separator: " ").utf8)
                }
                guard let answer = engine.respond(to: line) else { continue }
                #expect(answer.hasPrefix("=") || answer.hasPrefix("?"))
                #expect(answer.hasSuffix("\n\n"))
            }
        }
    }

    /// All records of go-kgs-2001: 2,298 files, of which two are byte-identical; no other game of 20 moves or more is there
    /// twice.
    @Test(.enabled(if: publicData != nil)) func publicGames() throws {
        let folder = try GameFolder(path: publicData! + "/go-kgs-2001")
        #expect(folder.files.count == 2_298 && folder.faults.isEmpty && folder.copies.count == 1)
        #expect(folder.repeats.isEmpty)
        #expect(folder.games.count == 2_297)
        let lengths = folder.games.map(\.record.moves.count)
        #expect(lengths.count { $0 == 0 } == 28 && lengths.count { (1..<20).contains($0) } == 60)
        #expect(lengths.reduce(0, +) == 434_858)
        #expect(folder.games.count { !$0.record.setup.black.isEmpty } == 1_489)
        for entry in folder.games.prefix(100) {
            let again = try GameRecord.games(of: Array(entry.record.sgf.utf8), source: "again").games[0].record
            #expect(again == entry.record, "\(entry.file)")
        }
    }
}
