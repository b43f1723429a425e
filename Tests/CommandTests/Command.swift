import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The built executable `formant`, run as a process of its own.
final class Command {
    /// How a process ended.
    struct Outcome {
        /// Its exit status; −1 where a signal ended it.
        let status: Int32
        /// The signal that ended it, or 0.
        let signal: Int32
        /// What it wrote on standard output.
        let output: [UInt8]
        /// What it wrote on standard error.
        let errors: String
        /// The most memory it was seen to have, in bytes.
        let peak: Int

        var text: String { String(decoding: output, as: UTF8.self) }
        var lines: [String] {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if lines.last == "" { lines.removeLast() }
            return lines
        }
    }

    enum Failure: Error { case notFound([String]), start(String, Int32), tookTooLong(String) }

    /// The executable, which the package's build puts beside the tests.
    static let path: String = {
        // No test reads or fills the cache of whoever runs them, but for those that name one.
        setenv("FORMANT_CACHE", "off", 1)
        let places = CommandLine.arguments.map { argument in
            let bundle = argument.components(separatedBy: ".xctest")[0]
            return (bundle as NSString).deletingLastPathComponent + "/formant"
        }
        guard let found = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            fatalError("no executable formant beside the tests; looked at \(places)")
        }
        return found
    }()

    /// Runs a command to its end.
    /// - Parameters:
    ///   - input: standard input.
    ///   - output: a file that standard output goes to, if its bytes are not wanted.
    static func run(_ arguments: [String], input: [UInt8] = [], output: String? = nil) throws -> Outcome {
        try Command(arguments, input: input, output: output).finish()
    }

    /// Runs a command to its end.
    static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    /// Runs a line of the shell, in which `$formant` is the executable.
    static func shell(_ line: String) throws -> Outcome {
        try Command(["-c", "formant='\(path)'; " + line], executable: "/bin/sh").finish()
    }

    private let folder: String
    private let outputPath: String
    private let errorsPath: String
    private let shown: String
    private var process = pid_t()

    /// Starts a process.
    init(_ arguments: [String], input: [UInt8] = [], output: String? = nil, executable: String = Command.path) throws {
        folder = NSTemporaryDirectory() + "/formant-command-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        outputPath = output ?? folder + "/output"
        errorsPath = folder + "/errors"
        shown = arguments.joined(separator: " ")
        try Data(input).write(to: URL(fileURLWithPath: folder + "/input"))

        #if canImport(Darwin)
            var files: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var files = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&files)
        posix_spawn_file_actions_addopen(&files, 0, folder + "/input", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&files, 1, outputPath, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&files, 2, errorsPath, O_WRONLY | O_CREAT, 0o600)
        // As a shell starts it, whatever signals the tests themselves ignore.
        posix_spawnattr_init(&attributes)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGPIPE, SIGTERM] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        defer {
            posix_spawn_file_actions_destroy(&files)
            posix_spawnattr_destroy(&attributes)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let status = posix_spawn(&process, executable, &files, &attributes, &words, environ)
        guard status == 0 else { throw Failure.start(executable, status) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// What it wrote on standard error so far.
    var errors: String {
        (try? Data(contentsOf: URL(fileURLWithPath: errorsPath))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Sends a signal.
    func send(_ signal: Int32) { kill(process, signal) }

    /// Waits until standard error holds a text.
    func waitForErrors(_ text: String) throws {
        for _ in 0..<6000 {
            if errors.contains(text) { return }
            usleep(10_000)
        }
        throw Failure.tookTooLong("\(shown): waiting for \(text)")
    }

    /// Starts a command and kills it when its errors hold a text, or after so many microseconds.
    static func runAndKill(_ arguments: [String], at text: String?, after: UInt32) throws {
        let command = try Command(arguments)
        if let text { try command.waitForErrors(text) }
        usleep(after)
        command.send(SIGKILL)
        _ = try command.finish()
    }

    /// Seconds that a command may take.
    static let patience = ProcessInfo.processInfo.environment["FORMANT_LONG"] == nil ? 120 : 3600

    /// Waits for the end, which has to come in time.
    func finish() throws -> Outcome {
        var status: Int32 = 0
        var usage = rusage()
        var (waited, peak) = (0, 0)
        while wait4(process, &status, WNOHANG, &usage) == 0 {
            if waited % 5 == 0 { peak = max(peak, peakSoFar) }
            usleep(2_000)
            waited += 1
            if waited > Command.patience * 500 {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                throw Failure.tookTooLong(shown)
            }
        }
        let signal = status & 0x7f
        let output = outputPath.hasPrefix(folder) ? try Data(contentsOf: URL(fileURLWithPath: outputPath)) : Data()
        return Outcome(
            status: signal == 0 ? status >> 8 & 0xff : -1, signal: signal, output: [UInt8](output), errors: errors,
            peak: peak > 0 ? peak : Command.bytes(of: usage))
    }

    #if canImport(Darwin)
        private var peakSoFar: Int { 0 }

        private static func bytes(of usage: rusage) -> Int { Int(usage.ru_maxrss) }
    #else
        /// Linux counts the memory that the tests themselves have to what a process had before it became the command, so
        /// that the figure at its end would be theirs.
        private var peakSoFar: Int {
            let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
            return (Int(line.filter(\.isNumber)) ?? 0) << 10  // kibibytes
        }

        private static func bytes(of usage: rusage) -> Int { usage.ru_maxrss << 10 }
    #endif
}
