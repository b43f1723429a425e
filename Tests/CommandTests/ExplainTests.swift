import FormantTestSupport
import Foundation
import Testing

/// `explain` as people give it.
@Suite struct ExplainTests {
    private let methods = [
        "saliency", "gradient-x-input", "smoothgrad", "integrated-gradients", "guided-backprop", "grad-cam",
        "occlusion",
    ]

    /// Nothing that a browser would fetch.
    private func expectClosed(_ page: String) {
        #expect(page.contains("default-src 'none'") && page.hasSuffix("</html>\n"))
        #expect(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"))
        for match in page.matches(of: /(src|href)="([^"]{0,12})/) {
            #expect(match.2.hasPrefix("data:") || match.2.hasPrefix("#"), "\(match.2)")
        }
    }

    @Test func aPageOfASound() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let run = try Command.run(
            "explain", place.sound, place.tones + "/high/0.wav", "--out", folder.path("why.html"), "--quiet")
        #expect(run.status == 0 && run.errors == "", "\(run.errors)")
        #expect(run.lines[0].hasPrefix(place.tones + "/high/0.wav: ") && run.lines[1].hasPrefix("method"))
        for (line, method) in zip(run.lines.dropFirst(2), methods) { #expect(line.hasPrefix(method), "\(line)") }
        let page = try String(contentsOfFile: folder.path("why.html"), encoding: .utf8)
        expectClosed(page)
        // The clip, and each method's picture and sound.
        #expect(page.matches(of: /src="data:image\/png;base64,/).count == 8)
        #expect(page.matches(of: /<audio controls/).count == 8)
        #expect(try folder.names == ["why.html"])
    }

    @Test func aFolderGetsPagesPicturesSoundsAndNumbers() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let broken = try folder.write("broken.wav", "no sound")
        let run = try Command.run(
            "explain", place.sound, place.tones + "/low/0.wav", broken, place.tones + "/noise/1.wav", "--out",
            folder.path("out/"), "--method", "grad-cam", "--method", "occlusion", "--label", "low", "--label", "noise",
            "--json", "--quiet")
        #expect(run.status == 3 && run.errors.contains("broken.wav"), "\(run.errors)")
        let lines = try run.lines.map { try object($0) }
        #expect(lines.map { $0["label"] as? String } == ["low", "noise", "low", "noise"])
        for line in lines {
            let found = try #require(line["methods"] as? [[String: Any]])
            #expect(found.map { $0["method"] as? String } == ["grad-cam", "occlusion"])
            let rows = try #require((line["rows"] as? [String: Any])?["values"] as? [Double])
            #expect((found[1]["values"] as? [Double])?.count.isMultiple(of: rows.count) == true && rows.count == 16)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
        #expect(names.count == 2 * (2 + 2 * 5) + 1 && names.contains("summary.html"), "\(names)")
        for name in names where name.hasSuffix(".html") {
            expectClosed(try String(contentsOfFile: folder.path("out/" + name), encoding: .utf8))
        }
        let png = try #require(names.first { $0.hasSuffix("grad-cam.png") })
        #expect(try folder.bytes("out/" + png).starts(with: [0x89, 0x50, 0x4e, 0x47]))
        // As long as the clip: 0.25 s at 8,000 Hz, 16 bits.
        let wav = try #require(names.first { $0.hasSuffix("occlusion.wav") })
        #expect(try folder.bytes("out/" + wav).count == 44 + 2 * 2000)
    }

    @Test func sentencesOfAFileAndOfStandardInput() throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        let text = "play some <b>music</b> & more please\n\nwhat is the weather like in berlin tomorrow\n"
        let file = try folder.write("some.txt", text)
        let run = try Command.run(
            "explain", place.text, file, "--out", folder.path("why.html"), "--json", "--quiet")
        // The second line is empty, and said to be.
        #expect(run.status == 3 && run.errors.contains("line 2"), "\(run.errors)")
        let lines = try run.lines.map { try object($0) }
        #expect(lines.count == 2 && (lines[1]["words"] as? [String])?.contains("berlin") == true)
        let page = try String(contentsOfFile: folder.path("why.html"), encoding: .utf8)
        expectClosed(page)
        #expect(page.contains("<mark class=\"p4\"") && !page.contains("<b>"))
        let piped = try Command.run(
            [
                "explain", place.text, "-", "--out", folder.path("piped.html"), "--quiet", "--no-checks", "--method",
                "saliency",
            ],
            input: Array("play some music please\n".utf8))
        #expect(piped.status == 0 && piped.text.contains("standard input, line 1"), "\(piped.errors)")
    }

    @Test(arguments: [
        (["--method", "gradcam"], "grad-cam"), (["--label", "hihg"], "high"), (["--baseline", "silence"], "padding"),
        (["--layer", "convolution7"], "convolution1"), (["--patch", "3"], "rows x columns"),
        (["--patch", "0x4"], "--patch"), (["--at", "1", "--hop", "1"], "--hop"), (["--samples", "0"], "1 to 10000"),
        (["--noise", "nan"], "0 to 10"), (["--words", "delete"], "leave-out"), (["--out", "FOLDER/x.pdf"], ".html"),
    ])
    func wrongUsage(arguments: [String], hint: String) throws {
        let place = try TrainedRuns.place()
        let folder = try TemporaryFolder()
        var words = ["explain", place.sound, place.tones + "/high/0.wav"]
        if !arguments.contains("--out") { words += ["--out", folder.path("out/")] }
        let run = try Command.run(words + arguments.map { $0.replacing("FOLDER", with: folder.path) })
        #expect(run.status == 64 && run.output == [], "\(run.errors)")
        #expect(run.errors.contains(hint), "\(run.errors)")
        #expect(try folder.names == [])
    }
}
