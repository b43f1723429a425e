import FormantFiles

/// What can go wrong with a corpus as a whole. What is wrong with one line or one file is a `Problem` instead.
public enum CorpusError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The argument is no kind of corpus that is known.
    case notACorpus(argument: String, found: String)
    /// A file or folder cannot be read.
    case unreadable(path: String, reason: String)
    /// A file cannot be written.
    case file(FileError)
    /// A manifest is unusable as a whole: its header or its coding.
    case badManifest(path: String, line: Int, what: String)
    /// A card says something that is not understood.
    case badCard(path: String, line: Int, what: String)
    /// A regular expression or a file pattern cannot be understood.
    case badPattern(pattern: String, what: String)
    /// A card's data are not where they were looked for.
    case dataMissing(card: String, looked: String, what: String, source: String)
    /// A file that should hold annotations is something else.
    case notAnnotations(path: String, found: String)
    /// A setting of how annotations become windows is not understood; `setting` is `KEY=VALUE` or the key.
    case badSetting(setting: String, what: String)
    /// An option does not go with the corpus.
    case badOption(option: String, what: String)
    /// Not one example is left once the bad lines and files are skipped.
    case nothingLeft(corpus: String, problems: [Problem])
    /// A split that was asked for cannot be made.
    case cannotSplit(what: String)
    /// A table of splits does not fit the corpus, or is no such table.
    case badSplitTable(path: String, line: Int, what: String)

    /// One sentence for people: what was done, what was expected, what was found, where.
    public var description: String {
        switch self {
        case .notACorpus(let argument, let found):
            return "cannot read \(argument) as a corpus: expected a folder with one sub-folder per class, a manifest "
                + "(.csv, .tsv, .jsonl), a file of __label__ lines (.txt) or a card (.yaml); found \(found)"
        case .unreadable(let path, let reason): return "cannot read \(path): \(reason)"
        case .file(let error): return error.description
        case .badManifest(let path, let line, let what), .badCard(let path, let line, let what),
            .badSplitTable(let path, let line, let what):
            return line > 0 ? "\(path), line \(line): \(what)" : "\(path): \(what)"
        case .badPattern(let pattern, let what): return "pattern '\(pattern)': \(what)"
        case .dataMissing(let card, let looked, let what, let source):
            return "the data of \(card) were looked for in \(looked): \(what). Where people get them: \(source)"
        case .notAnnotations(let path, let found):
            return
                "cannot read \(path) as annotations: expected a label track of Audacity, a selection table of Raven, "
                + "JAMS, or a table with start and end; found \(found)"
        case .badSetting(let setting, let what): return "annotations, \(setting): \(what)"
        case .badOption(let option, let what): return "\(option): \(what)"
        case .nothingLeft(let corpus, let problems):
            let shown = problems.prefix(5).map { "\n  \($0)" }.joined()
            return "\(corpus) has no usable example" + (shown.isEmpty ? "" : "; the first problems:" + shown)
        case .cannotSplit(let what): return "cannot split: \(what)"
        }
    }
}
