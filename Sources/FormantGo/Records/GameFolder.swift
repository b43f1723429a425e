import FormantFiles

/// The games of a folder of SGF files.
public struct GameFolder: Sendable {
    /// A game and where it is from.
    public struct Entry: Sendable {
        /// Path of the file, seen from the folder.
        public var file: String
        /// Which of the file's games it is, from 1.
        public var number: Int
        /// What is in it.
        public var record: GameRecord

        /// The file, and which of its games where it is not the first.
        public var name: String { number > 1 ? "\(file), game \(number)" : file }
    }

    /// A file, or a game of it, that was passed over.
    public struct Fault: Sendable, Hashable {
        /// Path of the file, seen from the folder.
        public var file: String
        /// What is wrong.
        public var reason: String
    }

    /// Paths of all `.sgf` files, seen from the folder, in the order of their bytes.
    public private(set) var files: [String] = []
    /// The games that can be read, in the order of the files.
    public private(set) var games: [Entry] = []
    /// What was passed over, in the order of the files.
    public private(set) var faults: [Fault] = []
    /// Files with the very bytes of an earlier one; their games are not taken a second time.
    public private(set) var copies: [(file: String, of: String)] = []
    /// Games of other bytes with the board size, set-up and moves of an earlier one, by their names; they are not taken a
    /// second time. Of games with fewer than `leastMovesOfRepeats` moves there may be several.
    public private(set) var repeats: [(name: String, of: String)] = []

    /// Moves from which on two games that are the same are taken to be one: shorter ones may be the same by chance.
    public static let leastMovesOfRepeats = 20

    /// Most bytes of a file.
    public static let fileLimit = 1 << 28

    /// Reads all files below a folder whose names end in `.sgf`, in either case.
    /// - Throws: `GoError.file` where there is no such folder.
    public init(path: String) throws(GoError) {
        guard FilePath.kind(of: path) == .folder else {
            throw .file(.cannotRead(path: path, reason: "expected a folder of .sgf files"))
        }
        let walk = FolderWalk(root: path)
        files = walk.files.filter { FilePath.fileExtension(of: $0) == "sgf" }
        faults = walk.faults.map { Fault(file: $0.path, reason: $0.reason) }
        var known: [Print: [String]] = [:]
        var courses = CourseIndex()
        for file in files {
            let bytes: [UInt8]
            do { bytes = try WholeRead.bytes(of: FilePath.join(path, file), limit: Self.fileLimit) } catch {
                faults.append(Fault(file: file, reason: GoError.file(error).description))
                continue
            }
            let print = Print(bytes)
            if let original = (known[print] ?? []).first(where: { Self.equals($0, in: path, bytes) }) {
                copies.append((file, original))
                continue
            }
            known[print, default: []].append(file)
            read(bytes, file, &courses)
        }
    }

    private mutating func read(_ bytes: [UInt8], _ file: String, _ courses: inout CourseIndex) {
        do throws(GoError) {
            let (found, broken) = try GameRecord.games(of: bytes, source: file)
            for (number, record) in found {
                let entry = Entry(file: file, number: number, record: record)
                if record.moves.count >= Self.leastMovesOfRepeats,
                    let original = courses.original(of: record, numbered: games.count, among: games)
                {
                    repeats.append((entry.name, original.name))
                } else {
                    games.append(entry)
                }
            }
            faults += broken.map { Fault(file: file, reason: $0.error.description) }
        } catch {
            faults.append(Fault(file: file, reason: error.description))
        }
    }

    /// What equal files have in common; others may.
    private struct Print: Hashable {
        let count: Int
        let check: UInt32

        init(_ bytes: [UInt8]) {
            count = bytes.count
            var check = CyclicRedundancyCheck()
            check.add(bytes)
            self.check = check.value
        }
    }

    private static func equals(_ file: String, in folder: String, _ bytes: [UInt8]) -> Bool {
        (try? WholeRead.bytes(of: FilePath.join(folder, file), limit: fileLimit)) == bytes
    }
}
