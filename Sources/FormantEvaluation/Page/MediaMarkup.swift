import FormantPage

/// Writes what a page shows of its examples; a sound or picture is embedded where it is shown first, and linked to from
/// then on.
final class MediaMarkup {
    private let media: ReportMedia
    private var anchors: [String: String] = [:]
    private var hasNotes = false

    init(_ media: ReportMedia) { self.media = media }

    /// Whether any of some examples has a sound or picture, or a reason to have none.
    func hasFigure(_ identities: some Sequence<String>) -> Bool {
        identities.contains { media.sounds[$0] != nil || media.pictures[$0] != nil || media.missing[$0] != nil }
    }

    /// What the figures are.
    var figures: String { media.pictures.isEmpty ? "Sound" : "Picture" }

    /// The picture, or player and spectrogram, of an example, or a link to where they are.
    func figure(_ identity: String) -> Markup {
        if let reason = media.missing[identity] { return "<span class=\"note\">\(reason.shortened(to: 200))</span>" }
        if let picture = media.pictures[identity] { return self.picture(picture, identity) }
        guard let sound = media.sounds[identity] else { return "<span class=\"note\">left out</span>" }
        if let anchor = anchors[identity] { return "<a href=\"#\(anchor)\">listen</a>" }
        let anchor = "clip-\(anchors.count + 1)"
        anchors[identity] = anchor
        let name = identity.shortenedInside(to: 80)
        let picture: Markup =
            sound.picture.isEmpty
            ? ""
            : .picture(sound.picture, description: "Spectrogram of \(name)")
        let length = NumberText.fixed(sound.seconds, places: sound.seconds < 10 ? 2 : 0)
        let cut = sound.isCut ? ", the first \(length) s" : ", \(length) s"
        let player = Markup.player(sound.audio, mediaType: sound.mediaType, description: "\(name)\(cut)")
        return "<figure class=\"clip\" id=\"\(anchor)\">\(picture)\(player)</figure>"
    }

    private func picture(_ picture: ReportMedia.Picture, _ identity: String) -> Markup {
        if let anchor = anchors[identity] { return "<a href=\"#\(anchor)\">see</a>" }
        let anchor = "picture-\(anchors.count + 1)"
        anchors[identity] = anchor
        let image = Markup.picture(picture.png, description: identity.shortenedInside(to: 80))
        return "<figure class=\"picture\" id=\"\(anchor)\" style=\"width:\(picture.width)px\">\(image)</figure>"
    }

    /// A sentence, with its words tinted by what they speak for; or the name of a file.
    func sentence(_ identity: String, _ label: String?) -> Markup {
        let entry = ReportMedia.Listed(identity: identity, label: label ?? "")
        guard let words = media.words[entry] else { return "<bdi>\(identity.shortened(to: 300))</bdi>" }
        let largest = words.map(\.effect.magnitude).max() ?? 0
        var line: Markup = "<bdi>"
        var room = 600
        for (i, word) in words.enumerated() {
            if i > 0 { line += " " }
            guard room > 0 else {
                line += "…"
                break
            }
            room -= word.text.unicodeScalars.count + 1
            line += mark(word, largest)
        }
        line += "</bdi>"
        return line
    }

    /// Four strengths, by the share of the strongest word; what moves the score by less than a hundredth, or an eighth of
    /// what that does, has none.
    private func mark(_ word: ReportMedia.Word, _ largest: Double) -> Markup {
        let text = word.text.shortened(to: 100)
        guard word.effect.magnitude >= 0.01 else { return "\(text)" }
        return .word(text, effect: word.effect, largest: largest, note: NumberText.points(word.effect))
    }

    /// What the notes say, with a key to the colours of words: where it is asked for first, and nothing from then on.
    func notes() -> Markup {
        if hasNotes { return "" }
        hasNotes = true
        var lines = media.notes.map { note -> Markup in "<p class=\"note\">\(note)</p>\n" }
        if !media.words.isEmpty {
            lines.append(
                """
                <p class="note">Key: <mark class="p4">speaks for the label</mark> <mark class="m4">speaks against \
                it</mark>; pointing at a word shows the points.</p>

                """)
        }
        return Markup(lines)
    }
}
