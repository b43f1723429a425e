import ArgumentParser
import Formant

struct Cache: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show, limit or clear the features that are kept from run to run.",
        discussion: """
            Examples:
              formant cache
              formant cache --limit 20G
              formant cache --clear

            train and evaluate keep the features of recordings by the recordings' content and the front end, and those used \
            longest ago go when there are too many. They are in the folder that FORMANT_CACHE names (off: nowhere), else \
            with the user's other caches.
            """)

    @Option(help: ArgumentHelp("The folder of the cache.", valueName: "DIR"))
    var cache: String?

    @Option(help: ArgumentHelp("Set what all features may take, such as 500M or 20G.", valueName: "SIZE"))
    var limit: String?

    @Flag(help: "Remove everything.")
    var clear = false

    @Flag(help: "Print JSON on standard output.")
    var json = false

    func validate() throws { _ = try bytes() }

    private func bytes() throws -> Int? {
        guard let limit else { return nil }
        guard let bytes = ByteCount(limit) else {
            throw ValidationError("--limit \(limit): expected a number of bytes such as 500M or 20G")
        }
        return bytes.count
    }

    func run() throws {
        let output = OutputStream.standard()
        let report = try CacheReport.make(
            cache.map(FeatureCaching.init) ?? .standard, limit: try bytes(), clears: clear)
        if json {
            try output.line(try JSONLine.text(report))
        } else {
            try output.write(report.text)
        }
        try output.flush()
    }
}
