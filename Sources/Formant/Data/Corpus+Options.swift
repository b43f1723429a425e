import FormantCorpus

extension Corpus {
    /// Reads a corpus as a command does.
    /// - Parameters:
    ///   - annotations: how recordings with annotations become windows: settings `KEY=VALUE`.
    ///   - usual: those where `annotations` has none and the corpus is one of recordings with annotations all the same.
    /// - Throws: `RunError.option` for a setting that is not understood, else what `Corpus.load` throws.
    static func load(
        argument: String, root: String?, annotations: [String], usual: [String] = []
    ) throws -> Corpus {
        do throws(CorpusError) {
            return try load(
                argument: argument, root: root,
                options: CorpusOptions(windowSettings: annotations, usualWindowSettings: usual))
        } catch {
            guard case .badSetting(let setting, let what) = error else { throw error }
            throw RunError.setting(name: "annotations", value: setting, reason: what)
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
