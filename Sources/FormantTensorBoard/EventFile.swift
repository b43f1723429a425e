import FormantFiles
import SwiftProtobuf

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of figures that TensorBoard shows while it grows.
///
/// Each record is written through at once. A record, in numbers of little-endian order: 8 bytes with the length of the body, 4 with
/// the check of those, the body (a message of `event.proto`), 4 with its check. A check is a CRC-32C, rotated and raised by a
/// constant so that the check of a text which holds checks is no trivial one (TensorFlow, tensorflow/core/lib/io/record_writer).
public final class EventFile: Sendable {
    /// The file.
    public let path: String
    private let descriptor: Int32

    /// What begins the names of these files, by which TensorBoard finds them.
    public static let prefix = "events.out.tfevents."

    /// Creates a file, in place of those of earlier runs in the folder.
    /// - Parameter time: seconds since 1970, which become part of its name.
    /// - Throws: `FileError.cannotWrite`.
    public init(folder: String, time: Double) throws(FileError) {
        for name in EventFile.names(in: folder) { unlink(FilePath.join(folder, name)) }
        path = FilePath.join(folder, "\(EventFile.prefix)\(Int64(time)).\(getpid()).formant")
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw .cannotWrite(path: path, operation: "opening", reason: FilePath.lastError())
        }
        var event = TensorBoardEvent()
        event.wallTime = time
        event.fileVersion = "brain.Event:2"
        try write(event)
    }

    deinit { close(descriptor) }

    /// Adds the figures of an epoch.
    /// - Parameters:
    ///   - figures: names and values; what stands before a slash in a name groups them.
    ///   - time: seconds since 1970.
    /// - Throws: `FileError.cannotWrite`.
    public func write(_ figures: [(name: String, value: Double)], step: Int, time: Double) throws(FileError) {
        var event = TensorBoardEvent()
        event.wallTime = time
        event.step = Int64(step)
        event.summary.value = figures.map { figure in
            var value = TensorBoardSummary.Value()
            value.tag = figure.name
            value.simpleValue = Float(figure.value)
            return value
        }
        try write(event)
    }

    private func write(_ event: TensorBoardEvent) throws(FileError) {
        let body: [UInt8]
        do { body = try event.serializedBytes() } catch {
            throw .cannotWrite(path: path, operation: "encoding", reason: "\(error)")
        }
        let length = bytes(of: UInt64(body.count))
        let record = length + bytes(of: check(length)) + body + bytes(of: check(body))
        // Opened to append: the place does not count.
        let code = WholeWrite.code(writing: record, to: descriptor, at: 0)
        guard code == 0 else {
            throw .cannotWrite(path: path, operation: "writing", reason: FilePath.message(of: code))
        }
    }

    private func bytes(of number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private func check(_ bytes: [UInt8]) -> UInt32 {
        var crc = CyclicRedundancyCheck(.castagnoli)
        crc.add(bytes)
        return (crc.value >> 15 | crc.value << 17) &+ 0xa282_ead8
    }

    /// The files of a folder that this program wrote for TensorBoard.
    private static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(prefix), name.hasSuffix(".formant") { names.append(name) }
        }
        return names
    }
}
