import FormantImage

extension Finding {
    /// What is wrong with pictures.
    static func ofPictures(_ pictures: PictureAudit) -> [Finding] {
        var read: [(path: String, facts: PictureAudit.Facts)] = []
        var unreadable: [String] = []
        for (path, scan) in zip(pictures.paths, pictures.scans) {
            switch scan {
            case .success(let facts): read.append((path, facts))
            case .failure(let error): unreadable.append("\(error)")
            }
        }
        var findings: [Finding] = []
        if !unreadable.isEmpty {
            findings.append(
                .unreadable(unreadable, of: pictures.paths.count))
        }
        let blank = read.filter { $0.facts.sketch == nil }
        if !blank.isEmpty {
            findings.append(
                Finding(
                    .blank, blank.count,
                    blank.count == 1
                        ? "1 picture is of one brightness" : "\(blank.count) pictures are of one brightness",
                    "remove them, unless nothing is one of the labels", names: blank.map(\.path)))
        }
        let facts = read.map(\.facts.info)
        return findings
            + [
                mix(
                    .mixedSizes, facts, "pictures have different sizes",
                    "nothing, if sizes do not go with labels; image.fit says what becomes of them: stretch, crop or pad"
                ) { "\($0.width) × \($0.height)" },
                mix(
                    .mixedChannels, facts, "some pictures are grey, others coloured",
                    "nothing, if colour does not go with labels; image.colour: grey takes it away"
                ) { $0.channels == 1 ? "grey" : "colour" },
                mix(
                    .mixedFormats, facts, "pictures have different formats",
                    "see to it that formats do not go with labels: lossy coding can be seen, and learned"
                ) { $0.format.rawValue },
            ].compactMap { $0 }
    }
}
