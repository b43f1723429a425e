import FormantCorpus

extension Corpus {
    /// Reads a corpus as a command does.
    /// - Parameter usual: settings of windows where `reading` has none and the corpus is one of recordings with annotations
    ///   all the same.
    /// - Throws: `RunError.setting` for one that is not understood or does not go with the corpus, else what
    ///   `Corpus.load` throws.
    static func load(argument: String, root: String?, reading: CorpusReading, usual: [String] = []) throws -> Corpus {
        var options = try reading.options()
        options.usualWindowSettings = usual
        do throws(CorpusError) {
            let corpus = try load(argument: argument, root: root, options: options)
            guard let splits = reading.splits else { return corpus }
            return corpus.divided(by: try SplitTable(path: splits, corpus: corpus))
        } catch {
            switch error {
            case .badSetting(let setting, let what):
                throw RunError.setting(name: "annotations", value: setting, reason: what)
            case .badOption(let option, let what):
                throw RunError.setting(name: "--\(option)", value: "", reason: what)
            default: throw error
            }
        }
    }

    /// Length in seconds of the longest stretch of a recording that has both its ends given; nil without one.
    var longestWindow: Double? {
        examples.compactMap { example -> Double? in
            guard case .audio(let clip) = example.input, let start = clip.start, let end = clip.end else { return nil }
            return end - start
        }.max()
    }
}
