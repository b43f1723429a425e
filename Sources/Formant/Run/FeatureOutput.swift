import FormantAudio
import FormantFiles
import FormantTensor

extension FeatureRun.Output {
    /// The file or folder.
    var path: String {
        switch self {
        case .archive(let path), .array(let path), .table(let path), .folder(let path): path
        }
    }

    /// What it is, for the ledger.
    var kind: String {
        switch self {
        case .archive: "npz"
        case .array: "npy"
        case .table: "csv"
        case .folder: "folder"
        }
    }

    /// Sees to it that so many recordings can be written, before any work.
    func check(count: Int) throws {
        if case .array(let path) = self, count > 1 {
            throw RunError.option(
                name: "--out", value: path, expected: "a name ending in .npz, or a folder, for \(count) recordings")
        }
        if case .folder(let path) = self {
            try FolderMaker.make(path)
        } else {
            _ = try AtomicFile(path: path)
        }
    }

    /// Writes the file, whole or not at all. A folder has its files already.
    /// - Parameter recordings: the name of each, and what reads its features.
    func write(_ recordings: some Sequence<(name: String, features: () throws -> Tensor)>) throws {
        switch self {
        case .folder: return
        case .array(let path):
            for (_, features) in recordings { try NumpyWriter.write(NumpyArray(try features()), to: path) }
        case .archive(let path):
            let archive = try NumpyArchiveWriter(path)
            for (name, features) in recordings { try archive.append(name, NumpyArray(try features())) }
            try archive.finish()
        case .table(let path):
            var table: FeatureTableWriter?
            for (name, features) in recordings {
                let features = try features()
                let writer = try table ?? FeatureTableWriter(path, rows: features.extents[0])
                try writer.append(name, features)
                table = writer
            }
            try table?.finish()
        }
    }
}

/// The folder that features go to, a file for each recording.
struct FeatureFolder {
    private let path: String
    /// Folders that are known to have no leftovers of a killed process.
    private var clean: Set<String> = []

    /// nil for an output of one file.
    init?(_ output: FeatureRun.Output) {
        guard case .folder(let path) = output else { return nil }
        self.path = path
    }

    /// Whether the file of a recording that is done is there.
    func holds(_ name: String, _ record: FeatureRecord) -> Bool {
        guard record.name == name, let stamp = FileStamp(path: file(name)) else { return false }
        return stamp.size > 4 * Int64(record.rows * record.frames)
    }

    /// Writes the file of a recording.
    mutating func write(_ name: String, _ features: Tensor) throws {
        let folder = FilePath.folder(of: file(name))
        try FolderMaker.make(folder)
        if clean.insert(folder).inserted {
            AtomicFile.removeLeftovers(in: folder) { $0.hasSuffix(".npy") || $0.count == 100 }
        }
        try NumpyWriter.write(NumpyArray(features), to: file(name))
    }

    private func file(_ name: String) -> String { FilePath.join(path, name + ".npy") }
}
