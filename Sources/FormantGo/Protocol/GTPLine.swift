/// A line of the Go Text Protocol (Farnebäck 2002, GTP version 2, draft 2): number, command, arguments.
struct GTPLine: Hashable {
    /// What stands before the command; nil: nothing.
    var id: Int?
    /// May be empty.
    var command = ""
    var arguments: [Substring] = []

    /// Most bytes of a line.
    static let limit = 1 << 16

    /// Reads a line without its end. Control characters are left out, but a tab is a space; what follows `#` is a remark.
    /// - Returns: nil where nothing is left, to which there is no answer.
    init?(_ bytes: some Sequence<UInt8>) {
        var text: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "#") { break }
            if byte == 0x09 { text.append(0x20) } else if byte >= 0x20, byte != 0x7f { text.append(byte) }
        }
        var words = String(decoding: text, as: UTF8.self).split(separator: " ")
        guard let first = words.first else { return nil }
        if first.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(first) {
            id = number
            words.removeFirst()
        }
        command = words.first.map(String.init) ?? ""
        arguments = Array(words.dropFirst())
    }

    /// The answer as it is written, with the empty line behind it.
    func answer(_ result: Result<String, GTPError>) -> String {
        let number = id.map { "\($0)" } ?? ""
        switch result {
        case .success(let text): return "=\(number)" + (text.isEmpty ? "" : " \(text)") + "\n\n"
        case .failure(let error): return "?\(number) \(error.message)\n\n"
        }
    }
}

/// What an engine answers that cannot do what it was told.
struct GTPError: Error, Hashable {
    /// One line.
    var message: String

    init(_ message: String) { self.message = message.split(separator: "\n").joined(separator: " ") }
}
