extension [String] {
    /// A command line that a shell reads back as these words; the program is called by its name.
    var shellQuoted: String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+@%".utf8)
        return enumerated().map { i, word in
            let word = i == 0 ? String(word.split(separator: "/").last ?? "formant") : word
            if !word.isEmpty, word.utf8.allSatisfy(plain.contains) { return word }
            // Scalar by scalar: a quote with a combining accent behind it is another character, but a quote to the shell.
            let quoted = word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined()
            return "'" + quoted + "'"
        }.joined(separator: " ")
    }
}
