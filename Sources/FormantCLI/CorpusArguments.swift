import ArgumentParser
import Formant

/// How a corpus is read.
struct CorpusArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The manifest's column of texts, where it is not called text.", valueName: "NAME"))
    var textColumn: String?

    @Option(help: ArgumentHelp("The column of sound files, where it is not called path.", valueName: "NAME"))
    var pathColumn: String?

    @Option(help: ArgumentHelp("The column of labels, where it is not called label.", valueName: "NAME"))
    var labelColumn: String?

    @Option(help: ArgumentHelp("The column of groups, where it is not called group.", valueName: "NAME"))
    var groupColumn: String?

    @Option(help: ArgumentHelp("The column of splits, where it is not called split.", valueName: "NAME"))
    var splitColumn: String?

    @Option(
        help: ArgumentHelp(
            "What stands between the labels of an example that may have several, such as ;.", valueName: "CHARACTER"))
    var labelSeparator: String?

    @Option(
        help: ArgumentHelp(
            "The coding of a manifest: utf-8, iso-8859-1 or windows-1252.", valueName: "NAME"))
    var encoding: String = "utf-8"

    @Option(
        help: ArgumentHelp(
            "A table with the split of each example, such as splits.csv of a run; with a column fold for --folds.",
            valueName: "FILE"))
    var splits: String?

    @OptionGroup var windows: AnnotationArguments

    func validate() throws {
        if let labelSeparator, labelSeparator.count != 1 {
            throw ValidationError("--label-separator \(labelSeparator): expected one character")
        }
    }

    /// All of them.
    func reading(outOfScope: String? = nil) -> CorpusReading {
        let given = [
            "text": textColumn, "path": pathColumn, "label": labelColumn, "group": groupColumn, "split": splitColumn,
        ]
        return CorpusReading(
            annotations: windows.settings, columns: given.compactMapValues { $0 },
            labelSeparator: labelSeparator?.first, encoding: encoding, outOfScope: outOfScope,
            splits: splits)
    }
}
