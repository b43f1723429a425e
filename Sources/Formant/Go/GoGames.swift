import FormantCorpus
import FormantFiles
import FormantGo

/// Which games of a folder count.
public enum GoPart: String, CaseIterable, Sendable {
    /// Those that a network learns from.
    case train
    /// Those by which a training chooses its best epoch.
    case validation
    /// The last tenth of the files by name.
    case test
    /// All that can be read.
    case all
}

/// The games of a folder, cut into what is learned from, what the best epoch is chosen by, and the test.
///
/// The last tenth of the files by name is the test; of the games before, every twentieth chooses. Copies of earlier
/// files, and games with the moves of an earlier one, count nowhere.
struct GoGames {
    let folder: GameFolder
    let training: [GameFolder.Entry]
    let validation: [GameFolder.Entry]
    let test: [GameFolder.Entry]
    private let tested: Set<String>

    /// Games of which one chooses.
    private static let choice = 20

    /// Reads a folder and tells what was passed over.
    /// - Throws: `GoError`.
    init(path: String, observer: RunObserver) throws {
        folder = try GameFolder(path: path)
        func warn<Item>(of items: [Item], _ name: String, _ sentence: (Item) -> String) {
            for item in items.prefix(20) { observer.warning(sentence(item)) }
            if items.count > 20 { observer.warning("and \(items.count - 20) more \(name)") }
        }
        warn(of: folder.faults, "files or games") { $0.reason }
        for copy in folder.copies { observer.warning("\(copy.file): the same bytes as \(copy.of); it does not count") }
        warn(of: folder.repeats, "games with the moves of an earlier one") {
            "\($0.name): the same moves as \($0.of); it does not count"
        }
        let boundary = folder.files.count - folder.files.count / 10
        tested = Set(folder.files[boundary...])
        var (training, validation, test) = ([GameFolder.Entry](), [GameFolder.Entry](), [GameFolder.Entry]())
        for entry in folder.games {
            if tested.contains(entry.file) {
                test.append(entry)
            } else if (training.count + validation.count) % Self.choice == Self.choice - 1 {
                validation.append(entry)
            } else {
                training.append(entry)
            }
        }
        (self.training, self.validation, self.test) = (training, validation, test)
        let empty = folder.games.count { $0.record.moves.isEmpty }
        observer.note(
            "\(folder.files.count) files, \(folder.games.count) games read, \(empty) of them without moves, "
                + "\(folder.faults.count) passed over, \(folder.copies.count) copies, "
                + "\(folder.repeats.count) with the moves of an earlier one")
    }

    /// The games of a part on boards of a size.
    func records(of part: GoPart, size: Int) -> [GameRecord] { entries(of: part, size: size).map(\.record) }

    /// The games of a part on boards of a size, each with its file.
    func entries(of part: GoPart, size: Int) -> [GameFolder.Entry] {
        let entries =
            switch part {
            case .train: training
            case .validation: validation
            case .test: test
            case .all: folder.games
            }
        return entries.filter { $0.record.size == size }
    }

    /// How many files and games that belong to a part were passed over. Of those before the test nobody knows which would
    /// have been learned from and which would have chosen.
    func failed(in part: GoPart) -> Int {
        folder.faults.count { part == .all || tested.contains($0.file) == (part == .test) }
    }

    /// What identifies the games: a digest of all records.
    var fingerprint: String {
        var digest = SHA256()
        for entry in folder.games { digest.update("\(entry.file)\n\(entry.record.sgf)") }
        return digest.finalHex()
    }

    /// What identifies the parts: a digest of what `writeSplits` writes.
    var division: String {
        var digest = SHA256()
        forEachLine { digest.update($0) }
        return digest.finalHex()
    }

    /// Writes every game with its part.
    func writeSplits(to path: String) throws {
        try AtomicFile.write(to: path) { file throws(FileError) in
            try forEachLine { line throws(FileError) in try file.write(line) }
        }
    }

    private func forEachLine<Failure>(_ body: (String) throws(Failure) -> Void) throws(Failure) {
        try body("file,game,moves,split\n")
        for (name, entries) in [("train", training), ("validation", validation), ("test", test)] {
            for entry in entries {
                try body("\(CSVField.quoted(entry.file)),\(entry.number),\(entry.record.moves.count),\(name)\n")
            }
        }
    }
}
