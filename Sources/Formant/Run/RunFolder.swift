/// The files of one training run.
public struct RunFolder: Sendable {
    /// The folder.
    public let path: String

    /// Names the files in a folder.
    public init(_ path: String) { self.path = path }

    /// The trained model.
    public var model: String { path + "/model.safetensors" }
    /// The evaluation as a page.
    public var reportPage: String { path + "/report.html" }
    /// The evaluation for programs.
    public var report: String { path + "/report.json" }
    /// One line per epoch.
    public var history: String { path + "/history.jsonl" }
    /// Every example with its group and split.
    public var splits: String { path + "/splits.csv" }
    /// What was said of each example of validation and test.
    public var predictions: String { path + "/predictions.csv" }
    /// Recipe, seed, version, corpus and times.
    public var run: String { path + "/run.json" }
}
