extension [String] {
    /// A command line that a shell reads back as these words; the program is called by its name.
    var shellQuoted: String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+@%")
        return enumerated().map { i, word in
            let word = i == 0 ? String(word.split(separator: "/").last ?? "formant") : word
            if !word.isEmpty, word.allSatisfy(plain.contains) { return word }
            return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
        }.joined(separator: " ")
    }
}
