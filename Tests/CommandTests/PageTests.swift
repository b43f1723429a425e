import FormantTestSupport
import Foundation
import Testing

/// The pages that the command writes, as a browser sees them.
@Suite struct PageTests {
    private static let browser = ["chromium", "chromium-browser", "google-chrome"].first { name in
        (try? Command.shell("command -v \(name) && command -v python3"))?.status == 0
    }

    private static let checker: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.appendingPathComponent("tools/page-check").path
    }()

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func clipsCanBeHeardAndSeen() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let report = folder.path("page.html")
        let run = try Command.run("evaluate", place.sound, place.tones, "--split", "all", "--report", report)
        #expect(run.status == 0, "\(run.errors)")
        let page = try text(report)
        let players = page.matches(of: /<audio controls/).count
        #expect(
            players >= 3
                && page.matches(of: /<img alt="Spectrogram of [^"]+" src="data:image\/png;base64,/).count == players)
        #expect(page.matches(of: /src="data:audio\/ogg;base64,/).count == players)
        // The page follows from the report and the clips alone.
        let again = folder.path("again.html")
        _ = try Command.run("evaluate", place.sound, place.tones, "--split", "all", "--report", again)
        func timeless(_ page: String) -> String {
            page.replacing("again.html", with: "page.html").replacing(/<p class="meta">[^<]*<\/p>/, with: "")
        }
        #expect(try timeless(text(again)) == timeless(page))
        let own = try text(place.sound + "/report.html")
        let fingerprint = try #require(
            (try objectFile(place.sound + "/run.json")["corpus"] as? [String: Any])?["fingerprint"] as? String)
        #expect(own.contains(fingerprint) && own.contains("<dt>Seed</dt>"))
    }

    @Test func wordsSayWhatTheySpeakFor() throws {
        let place = try TrainedRuns.place()
        let page = try text(place.text + "/report.html")
        #expect(page.contains("occlusion") && page.contains("<mark class=\"p4\" title=\"+"))
        #expect(!page.contains("<audio"))
    }

    @Test func namesFromOutsideStayNames() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let evil = ["<script>alert(1)<", "a&b\" onload='x' \"", "</td><img src=x>"]
        var manifest = "path,label,group\n"
        for (i, label) in evil.enumerated() {
            let quoted = "\"" + label.replacing("\"", with: "\"\"") + "\""
            for n in 0..<12 {
                let name = "<b>\(i) & \(n)'.wav"
                let kind = TestSounds.classes[i].label
                try folder.write(
                    "in/" + name, Array(try Data(contentsOf: URL(fileURLWithPath: "\(place.tones)/\(kind)/\(n).wav"))))
                manifest += "in/\(name),\(quoted),\"speaker <b>\(n % 3)\"\n"
            }
        }
        let corpus = try folder.write("evil.csv", manifest)
        let run = try Command.run(
            "train", corpus, "--recipe", place.folder.path("sound.yaml"), "--epochs", "1", "--out", folder.path("run"),
            "--quiet", "--folds", "3")
        #expect(run.status == 0, "\(run.errors)")
        let page = try text(folder.path("run/report.html"))
        for markup in ["<script", "<img src=x", "<b>", "onload='x'"] { #expect(!page.contains(markup), "\(markup)") }
        #expect(page.contains("&lt;script&gt;alert(1)&lt;") && page.contains("<audio "))
        try check([folder.path("run/report.html")])
    }

    /// Nothing is loaded, nothing said on the console, every link leads somewhere, tables are accessible, a click opens
    /// examples, and a phone is wide enough: with JavaScript off.
    @Test func aBrowserIsContent() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let compare = try Command.run("compare", place.text, place.text, "--out", folder.path("compare.html"))
        #expect(compare.status == 0, "\(compare.errors)")
        try check([place.sound + "/report.html", place.text + "/report.html", folder.path("compare.html")])
    }

    /// Does nothing where there is no Chromium.
    private func check(_ pages: [String]) throws {
        guard PageTests.browser != nil else { return }
        let list = pages.map { "'\($0)'" }.joined(separator: " ")
        let run = try Command.shell("'\(PageTests.checker)' \(list)")
        #expect(run.status == 0, "\(run.text)\(run.errors)")
        #expect(run.lines.count == pages.count && run.lines.allSatisfy { !$0.contains(" 0 tables") }, "\(run.text)")
    }

    /// The checker itself finds what is wrong.
    @Test(.enabled(if: PageTests.browser != nil)) func theCheckerFindsFaults() throws {
        let folder = try TemporaryFolder()
        let page = try folder.write(
            "bad.html",
            """
            <!DOCTYPE html><meta charset="utf-8"/><meta name="viewport" content="width=device-width"/><title>x</title><p id="a"></p><p id="a"></p><a href="#nowhere">x</a>
            <img src="data:image/png;base64,AAAA" alt="broken"/><link rel="stylesheet" href="https://example.invalid/x.css"/>
            <table><tr><th>x</th></tr></table><div style="width:900px">wide</div>
            """)
        let run = try Command.shell("'\(PageTests.checker)' '\(page)'")
        #expect(run.status == 1)
        for fault in [
            "stands twice", "leads nowhere", "loads https", "without a caption", "without a scope", "on a phone",
        ] {
            #expect(run.errors.contains(fault), "\(fault): \(run.errors)")
        }
    }
}
