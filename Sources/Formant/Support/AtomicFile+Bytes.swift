import FormantCorpus

extension AtomicFile {
    /// Writes a whole file, or nothing.
    static func write(bytes: [UInt8], to path: String) throws(CorpusError) {
        try write(to: path) { file throws(CorpusError) in try file.write(bytes) }
    }

    /// Writes a whole text file, or nothing.
    static func write(text: String, to path: String) throws(CorpusError) {
        try write(bytes: Array(text.utf8), to: path)
    }
}
