import FormantFiles
import FormantTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The folder `checkpoint` of a run: where its training stands, or that it is finished.
///
/// `state.json` names the one file with the state, `state-0.safetensors` or `state-1.safetensors`, and has its check. A new
/// state is written beside the old one, and is the state from the moment at which `state.json` is renamed: whenever the
/// process is killed, one of the two is there whole.
struct CheckpointFolder {
    /// The folder.
    let path: String

    init(of run: RunFolder) { path = run.path + "/checkpoint" }

    /// What a checkpoint holds.
    struct Contents {
        /// What decides the training: settings by name.
        var identity: [String: String]
        /// Program and processor, which decide the last bits.
        var machine = Batch.machine
        /// Where the training stands; nil where it is finished, and where the run is made of folds, which have states of
        /// their own.
        var state: TrainingState?
    }

    /// `state.json`.
    private struct Pointer: Codable {
        var formatVersion = CheckpointFolder.formatVersion
        var file: String
        var bytes: Int
        var crc32: UInt32
        /// For people.
        var epoch: Int?
        var step: Int?
        var finished: Bool

        enum CodingKeys: String, CodingKey {
            case file, bytes, crc32, epoch, step, finished
            case formatVersion = "format_version"
        }
    }

    /// The part of the state that is no tensor.
    private struct Account: Codable {
        var identity: [String: String]
        var machine: [String: String]
        var progress: TrainingState.Progress?
        var history: [FormantTraining.EpochRecord]?
        var bestEpoch: Int?
        var best: Validation?
        var stop: StopReason?
    }

    /// What a finished run printed, which stands beside the account. It is read by itself: whether the checkpoint is of a
    /// run of another kind shows in the account.
    private struct Ending<Summary: Decodable>: Decodable { var summary: Summary }

    /// The account of a finished run with what it printed.
    private struct FinishedAccount<Summary: Encodable>: Encodable {
        var account: Account
        var summary: Summary

        private enum Keys: CodingKey { case summary }

        func encode(to encoder: any Encoder) throws {
            try account.encode(to: encoder)
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(summary, forKey: .summary)
        }
    }

    static let formatVersion = 1
    private static let files = ["state-0.safetensors", "state-1.safetensors"]
    private var pointerPath: String { path + "/state.json" }

    /// Whether there is a checkpoint, whatever is in it.
    var exists: Bool { FilePath.kind(of: pointerPath) == .file }

    /// Writes a checkpoint in place of the one before.
    func write(_ contents: Contents) throws {
        try write(account(of: contents), state: contents.state, isFinished: false)
    }

    /// Writes a checkpoint in place of the one before: the run is finished, and printed this.
    func write(_ contents: Contents, finishedWith summary: some Encodable) throws {
        try write(
            FinishedAccount(account: account(of: contents), summary: summary), state: contents.state, isFinished: true)
    }

    private func account(of contents: Contents) -> Account {
        let state = contents.state
        return Account(
            identity: contents.identity, machine: contents.machine, progress: state?.progress, history: state?.history,
            bestEpoch: state?.bestEpoch, best: state?.best, stop: state?.stop)
    }

    private func write(_ account: some Encodable, state: TrainingState?, isFinished: Bool) throws {
        try FolderMaker.make(path)
        let old = (try? pointer())?.file
        let file = Self.files.first { $0 != old }!
        let bytes = try SafeTensors(
            tensors: state?.tensors ?? [:],
            metadata: ["formant": String(decoding: try Self.encoder.encode(account), as: UTF8.self)]
        ).encoded()
        try AtomicFile.write(bytes: bytes, to: path + "/" + file)
        var check = CyclicRedundancyCheck()
        check.add(bytes)
        let pointer = Pointer(
            file: file, bytes: bytes.count, crc32: check.value, epoch: state?.progress.epoch,
            step: state?.progress.step, finished: isFinished)
        try AtomicFile.write(
            text: String(decoding: try Self.encoder.encode(pointer), as: UTF8.self) + "\n", to: pointerPath)
        if let old { try? FileManager.default.removeItem(atPath: path + "/" + old) }
    }

    /// Reads the checkpoint; nil where there is none.
    /// - Throws: `RunError.checkpoint` where it is damaged or none of this program's.
    func read() throws -> Contents? {
        try open { tensors, data in
            let account = try Self.decoder.decode(Account.self, from: data)
            let state = account.progress.map {
                TrainingState(
                    progress: $0, history: account.history ?? [], bestEpoch: account.bestEpoch ?? 0,
                    best: account.best, stop: account.stop, tensors: tensors.tensors)
            }
            return Contents(identity: account.identity, machine: account.machine, state: state)
        }
    }

    /// What the run printed; nil while it goes on.
    /// - Throws: `RunError.checkpoint` where the checkpoint is damaged or none of this program's.
    func summary<Summary: Decodable>(as kind: Summary.Type) throws -> Summary? {
        guard exists, try pointer().finished else { return nil }
        return try open { _, data in try Self.decoder.decode(Ending<Summary>.self, from: data).summary }
    }

    /// Checks the file with the state, and reads from its tensors and from its account; nil where there is no checkpoint.
    private func open<Value>(_ read: (SafeTensors, Data) throws -> Value) throws -> Value? {
        guard exists else { return nil }
        let pointer = try pointer()
        let file = path + "/" + pointer.file
        guard Self.files.contains(pointer.file) else {
            throw RunError.checkpoint(path: pointerPath, reason: "it names no file of a checkpoint")
        }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)) else {
            throw RunError.checkpoint(path: file, reason: "it is missing or cannot be read")
        }
        var check = CyclicRedundancyCheck()
        check.add([UInt8](data))
        guard data.count == pointer.bytes, check.value == pointer.crc32 else {
            throw RunError.checkpoint(
                path: file,
                reason: "it is damaged: expected \(pointer.bytes) bytes with the check \(pointer.crc32), found "
                    + "\(data.count) with \(check.value)")
        }
        do {
            let tensors = try SafeTensors(data: data, path: file)
            return try read(tensors, Data((tensors.metadata["formant"] ?? "").utf8))
        } catch let error as ModelFileError {
            throw RunError.checkpoint(path: file, reason: error.description)
        } catch { throw RunError.checkpoint(path: file, reason: settingsMessage(error)) }
    }

    /// Removes the checkpoint.
    func remove() {
        guard FilePath.kind(of: path) == .folder else { return }
        for file in ["state.json"] + Self.files { try? FileManager.default.removeItem(atPath: path + "/" + file) }
        removeLeftovers()
        // Only when nothing else is in it.
        if (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty == true {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// Removes what a killed process had begun to write.
    func removeLeftovers() { AtomicFile.removeLeftovers(in: path) { $0.hasPrefix("state") } }

    private func pointer() throws -> Pointer {
        let pointer: Pointer
        do {
            pointer = try Self.decoder.decode(
                Pointer.self, from: try Data(contentsOf: URL(fileURLWithPath: pointerPath)))
        } catch {
            throw RunError.checkpoint(path: pointerPath, reason: "it is damaged: \(settingsMessage(error))")
        }
        guard pointer.formatVersion == Self.formatVersion else {
            throw RunError.checkpoint(
                path: pointerPath,
                reason: "format version \(pointer.formatVersion); this program knows \(Self.formatVersion)")
        }
        return pointer
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}
