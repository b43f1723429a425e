import FormantCorpus
import FormantTestSupport
import Testing

/// Each kind of table, as its program writes it and with what goes wrong in it.
@Suite struct AnnotationReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String, _ options: AnnotationOptions = AnnotationOptions()) throws -> AnnotationTable {
        try AnnotationTable.read(folder.write("table", text), options: options)
    }

    @Test func audacity() throws {
        let table = try read(
            "\u{feff}0.101385\t0.367520\tSP\r\n\\\t6441.064453\t12296.577148\r\n\r\n2.5\t2.5\tpoint of\ttime\r\n"
                + "\\\t-1.000000\t800.5\r\n3\t4\t\r\n5,25\t6,5\tcomma\r\n")
        #expect(table.format == .audacity && table.problems == [])
        #expect(table.annotations.map(\.start) == [0.101385, 2.5, 3, 5.25])
        #expect(table.annotations.map(\.end) == [0.36752, 2.5, 4, 6.5])
        #expect(table.annotations.map(\.labels) == [["SP"], ["point of\ttime"], [], ["comma"]])
        #expect(table.annotations.map(\.lowFrequency) == [6441.064453, nil, nil, nil])
        #expect(table.annotations.map(\.highFrequency) == [12296.577148, 800.5, nil, nil])
        #expect(table.annotations.map(\.line) == [1, 4, 6, 7])
        #expect(table.annotations.allSatisfy { $0.source == table.path && $0.channel == nil && $0.recording == nil })
    }

    @Test func audacityNamesBadLinesAndGoesOn() throws {
        let table = try read(
            """
            \\\t1\t2
            1\t2\ta
            \\\t900\t200
            2\t1\tb
            \\\t1\t2
            -1\t1\tc
            nan\t1\td
            1\tinf\te
            1\t2e9\tf
            one two
            4\t1e308\tg
            7\t8\th
            \\\tx\t2
            \\\t1\t2
            9\t9.5\ti
            \\\t1
            """)
        #expect(table.annotations.map(\.labels) == [["a"], ["h"], ["i"]])
        #expect(table.annotations.allSatisfy { $0.lowFrequency == nil && $0.highFrequency == nil })
        #expect(table.problems.map(\.line) == [1, 3, 4, 6, 7, 8, 9, 10, 11, 13, 14, 16])
        for (line, word) in [
            (1, "without a label"), (3, "high frequency"), (4, "not before the start"), (6, "-1.0"), (7, "'nan'"),
            (8, "'inf'"), (9, "1e9"), (10, "'one two'"), (13, "'x'"), (16, "low and high"),
        ] {
            let problem = table.problems.first { $0.line == line }
            #expect(problem?.what.contains(word) == true, "line \(line): \(problem?.what ?? "none")")
            #expect(problem?.file == table.path)
        }
    }

    @Test func otherCodings() throws {
        let path = try folder.write("t.txt", Array("1\t2\tgr".utf8) + [0xfc] + Array("n\n".utf8))
        #expect(throws: CorpusError.self) { try AnnotationTable.read(path) }
        for coding in [TextCoding.latin1, .windows1252] {
            let table = try AnnotationTable.read(path, options: AnnotationOptions(coding: coding))
            #expect(table.annotations.map(\.labels) == [["grün"]])
        }
        // One bad line among good ones is skipped.
        let mixed = try folder.write("m.txt", Array("1\t2\ta\n3\t4\t".utf8) + [0xfc, 0x0a] + Array("5\t6\tb\n".utf8))
        let table = try AnnotationTable.read(mixed)
        #expect(table.annotations.map(\.labels) == [["a"], ["b"]] && table.problems.map(\.line) == [2])
        let csv = try folder.write("t.csv", Array("start,end,label\n1,2,gr".utf8) + [0xfc] + Array("n\n".utf8))
        let latin = try AnnotationTable.read(csv, options: AnnotationOptions(coding: .latin1))
        #expect(latin.annotations.map(\.labels) == [["grün"]])
    }

    @Test func raven() throws {
        // Another order of the columns, both views, a selection that only the waveform has, and trailing fields left out.
        let table = try read(
            """
            View\tSelection\tEnd Time (s)\tBegin Time (s)\tChannel\tHigh Freq (Hz)\tLow Freq (Hz)\tSpecies\tNote
            Waveform 1\t1\t2.5\t1.25\t1\t22050\t0\tWOTH\tx
            Spectrogram 1\t1\t2.5\t1.25\t1\t3266.5\t1326.3\tWOTH\tx
            Spectrogram 1\t2\t4.5\t3\t2\t6196.3\t3030.8\t"chip" call
            Waveform 1\t2\t4.5\t3\t2\t22050\t0\t"chip" call
            Waveform 1\t3\t6\t5\t1\t\t
            Spectrogram 1\t4\t5\t6\t1\t1\t0\tEATO
            Spectrogram 1\t5\t7\t6\t0\t1\t0\tEATO
            Spectrogram 1\t6\t7\t6\t1\t1\t0\tEATO\tx\ty
            Spectrogram 1\t7\t7\t6\t1\t10\t5\t"quoted ""one""\"\tx\t
            """)
        #expect(table.format == .raven)
        #expect(
            table.annotations.map(\.labels) == [["WOTH"], ["\"chip\" call"], [], ["quoted \"one\""]])
        #expect(table.annotations.map(\.start) == [1.25, 3, 5, 6] && table.annotations.map(\.end) == [2.5, 4.5, 6, 7])
        #expect(table.annotations.map(\.lowFrequency) == [1326.3, 3030.8, nil, 5])
        #expect(table.annotations.map(\.highFrequency) == [3266.5, 6196.3, nil, 10])
        #expect(table.annotations.map(\.channel) == [0, 1, 0, 0])
        #expect(table.problems.map(\.line) == [7, 8, 9])
        #expect(table.problems.map { $0.what.contains("channel") } == [false, true, false])
        let notes = try AnnotationTable.read(table.path, options: AnnotationOptions(column: "note"))
        #expect(notes.annotations.map(\.labels) == [["x"], [], [], ["x"]])
        let error = #expect(throws: CorpusError.self) {
            try AnnotationTable.read(table.path, options: AnnotationOptions(column: "kind"))
        }
        #expect("\(error as Any)".contains("'kind'") && "\(error as Any)".contains("'Species'"))
    }

    @Test func ravenOverSeveralFiles() throws {
        let table = try read(
            """
            Selection\tView\tChannel\tBegin Time (s)\tEnd Time (s)\tLow Freq (Hz)\tHigh Freq (Hz)\tCommon Name\tConfidence\tBegin Path\tFile Offset (s)
            1\tSpectrogram 1\t1\t3.0\t6.0\t0\t15000\tWren\t0.75\tC:\\data\\a.wav\t3.0
            1\tSpectrogram 1\t1\t123.0\t126.0\t0\t15000\tRobin\t0.5\tC:\\data\\b.wav\t3.0
            """)
        #expect(table.annotations.map(\.recording) == ["C:\\data\\a.wav", "C:\\data\\b.wav"])
        #expect(table.annotations.map(\.start) == [3, 3] && table.annotations.map(\.end) == [6, 6])
        #expect(table.annotations.map(\.confidence) == [0.75, 0.5])
        let comma = try read("Begin Time (s),End Time (s),Annotation\n1,2,\"a, b\"\n")
        #expect(comma.format == .raven && comma.annotations.map(\.labels) == [["a, b"]])
        let delta = try read("Begin Time (s)\tDelta Time (s)\tLabel\n1\t0.5\tx\n")
        #expect(delta.annotations.map(\.end) == [1.5])
        let error = #expect(throws: CorpusError.self) { try read("Begin Time (s)\tEnd Time (s)\tMood\n1\t2\tx\n") }
        #expect("\(error as Any)".contains("Species"))
    }

    @Test func jams() throws {
        let table = try read(
            """
            {"file_metadata": {"duration": 10.0, "title": "a \\u00e9"},
             "annotations": [
              {"data": [
                {"time": 0.0, "duration": 10.0, "value": {"label": "park", "role": "background"}, "confidence": 1.0},
                {"time": 2.0, "duration": 5.0, "value": {"label": "siren", "role": "foreground", "x": {"y": [1]}}, "confidence": 0.5},
                {"time": 3.0, "duration": null, "value": {"label": "horn"}, "confidence": 1},
                7],
               "namespace": "scaper", "sandbox": {"scaper": {"a": [[{}]]}}},
              {"namespace": "tag_open", "data": [{"time": 1, "duration": 2.5, "value": "dog", "confidence": null}]},
              {"namespace": "beat", "data": [{"time": 1, "duration": 0, "value": 1, "confidence": null}]},
              {"namespace": "segment_open", "data": {"time": [1, 2], "duration": [1, 1], "value": ["a", "b"], "confidence": [0.1, 0.2]}},
              {"namespace": "segment_open", "data": {"time": [1, 2], "duration": [1], "value": ["a", "b"]}}
             ]}
            """)
        #expect(table.format == .jams)
        #expect(table.annotations.map(\.labels) == [["siren"], ["dog"], ["a"], ["b"]])
        #expect(table.annotations.map(\.start) == [2, 1, 1, 2] && table.annotations.map(\.end) == [7, 3.5, 2, 3])
        #expect(table.annotations.map(\.confidence) == [0.5, nil, 0.1, 0.2])
        #expect(table.annotations.map(\.line) == [5, 9, 11, 11])
        #expect(table.problems.map(\.line) == [6, 7, 10, 12])
        #expect(table.problems.contains { $0.what.contains("'beat'") })
        for (text, word) in [
            ("{\n\"annotations\": [\n{\"namespace\": \"scaper\", \"data\": [}", "line 3"),
            ("{\"annotations\": []} x", "no valid JSON"), ("{\"a\": 1}", "without a list 'annotations'"),
            ("{\"annotations\": " + String(repeating: "[", count: 100_000), "no valid JSON"),
        ] {
            let error = #expect(throws: CorpusError.self) { try read(text) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(word), "\(error as Any)")
        }
    }

    @Test(
        arguments: [
            ("start,end,label\n1,2,a\n", nil), ("path,label,start,end\nx.wav,a,1,2\n", "x.wav"),
            ("file,start_time,end_time,label\nx.wav,1,2,a\n", "x.wav"),
            ("Start (s),End (s),Scientific name,Common name,Confidence\n1.0,2.0,A b,a,0.5\n", nil),
            (
                "audio_file,annotation_file,annotation,start_time,end_time,low_f,high_f\nx.wav,y.txt,a,1,2,3,4\n",
                "x.wav"
            ),
            ("filename\tonset\toffset\tevent_label\nx.wav\t1\t2\ta\n", "x.wav"),
            ("IN FILE;OFFSET;DURATION;Species\nx.wav;1;1;a\n", "x.wav"),
            ("LABEL,Duration,Start\n\"a\",1,1\n", nil), ("\"\",\"start\",\"end\",\"label\"\n\"1\",1,2,\"a\"\n", nil),
        ] as [(String, String?)])
    func tables(text: String, recording: String?) throws {
        let table = try read(text)
        #expect(table.format == .csv && table.problems == [])
        #expect(table.annotations.map(\.start) == [1] && table.annotations.map(\.end) == [2])
        #expect(table.annotations.map(\.labels) == [["a"]] && table.annotations.map(\.recording) == [recording])
    }

    @Test func tablesNameBadLinesAndGoOn() throws {
        let table = try read(
            """
            start,end,label,channel,confidence,split,low_f,high_f
            1,2,a|b,1,0.5,test,10,20
            2,1,a,,,,,
            1,2
            1,x,a,,,,,
            1,2,a,-1,,,,
            1,2,a,,,never,,
            1,2,a,,high,,,
            1,2,a,,,,20,10
            1,2,"a"b,,,,,
            3,4,,,,,,
            """, AnnotationOptions(separator: "|"))
        #expect(table.annotations.map(\.labels) == [["a", "b"], []])
        #expect(table.annotations[0].channel == 1 && table.annotations[0].confidence == 0.5)
        #expect(table.annotations[0].lowFrequency == 10 && table.annotations[0].highFrequency == 20)
        #expect(table.problems.map(\.line) == Array(3...10))
        let error = #expect(throws: CorpusError.self) { try read("start,end,mood\n1,2,x\n") }
        #expect("\(error as Any)".contains("'mood'"))
        #expect(try read("start,end,mood\n1,2,x\n", AnnotationOptions(column: "Mood")).annotations[0].labels == ["x"])
    }

    @Test(arguments: [
        ("", "an empty file"), ("\n\r\n \n", "empty lines"), ("RIFF\u{0}\u{0}WAVE", "a WAV file"),
        ("PK\u{3}\u{4}rest", "ZIP"), ("[1, 2]", "list in JSON"), ("<ANNOTATION_DOCUMENT/>", "XML"),
        ("File type = \"ooTextFile\"\n", "TextGrid"), ("__label__a hello\n", "fastText"),
        ("just prose\n", "'just prose'"), ("text,label\na,b\n", "'text,label'"), ("a\u{0}b", "zero bytes"),
    ])
    func namesWhatIsNoTable(text: String, word: String) throws {
        let path = try folder.write("x.txt", text)
        let error = #expect(throws: CorpusError.self) { try AnnotationTable.read(path) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains(word) && message.contains("x.txt"), "\(message)")
    }

    @Test func refusesUTF16AndWhatIsNotThere() throws {
        let path = try folder.write("x.txt", [0xff, 0xfe, 0x31, 0, 0x09, 0] as [UInt8])
        let error = #expect(throws: CorpusError.self) { try AnnotationTable.read(path) }
        #expect("\(error as Any)".contains("UTF-16"))
        #expect(throws: CorpusError.self) { try AnnotationTable.read(folder.path("none.txt")) }
        #expect(throws: CorpusError.self) { try AnnotationTable.read(folder.path) }
    }

    @Test(.enabled(if: publicData != nil)) func publicTables() throws {
        let place = (publicData ?? "") + "/annotated/"
        let labels = try AnnotationTable.read(place + "spinetail.txt")
        #expect(labels.format == .audacity && labels.annotations.count == 18 && labels.problems == [])
        #expect(labels.annotations.count { $0.labels == ["CRER"] } == 4)
        #expect(labels.annotations[17].start == 19.073023 && labels.annotations[17].highFrequency == 12296.577148)
        let raven = try AnnotationTable.read(place + "MSD-0003.Table.1.selections.txt")
        #expect(raven.format == .raven && raven.annotations.count == 10 && raven.problems == [])
        #expect(raven.annotations[0].start == 1.897648165999982 && raven.annotations[0].labels == ["WOTH"])
        #expect(raven.annotations[9].labels == [])
        let empty = try AnnotationTable.read(place + "EmptyExample.Table.1.selections.txt")
        #expect(empty.format == .raven && empty.annotations == [] && empty.problems == [])
        // Scaper wrote its events twice.
        let jams = try AnnotationTable.read(place + "soundscape_20190326_22050.jams")
        let text = try AnnotationTable.read(place + "soundscape_20190326_22050.txt")
        #expect(jams.format == .jams && text.format == .audacity)
        #expect(jams.annotations.map(\.labels) == text.annotations.map(\.labels) && jams.annotations.count == 3)
        for (a, b) in zip(jams.annotations, text.annotations) {
            #expect(abs(a.start - b.start) < 1e-9 && abs(a.end - b.end) < 1e-9 && a.confidence == 1)
        }
    }
}
