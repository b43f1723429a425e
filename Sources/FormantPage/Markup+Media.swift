// On Apple platforms the same encoding comes with Foundation.
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Markup {
    /// The address of bytes that stand in the page itself, for `src`.
    /// - Parameter mediaType: such as `image/png`.
    package static func data(_ bytes: [UInt8], mediaType: String) -> Markup {
        "data:\(mediaType);base64,\(Markup(stringLiteral: Data(bytes).base64EncodedString()))"
    }

    /// A picture that stands in the page itself.
    /// - Parameter description: for readers who do not see it.
    package static func picture(_ png: [UInt8], description: String) -> Markup {
        "<img alt=\"\(description)\" src=\"\(data(png, mediaType: "image/png"))\"/>"
    }

    /// A player for a sound that stands in the page itself.
    package static func player(_ sound: [UInt8], mediaType: String, description: String) -> Markup {
        """
        <audio controls="controls" preload="none" aria-label="\(description)" \
        src="\(data(sound, mediaType: mediaType))"></audio>
        """
    }

    /// A word, tinted by what it speaks for in four strengths, by its share of the strongest effect.
    /// - Parameters:
    ///   - effect: above 0 for the label, below 0 against it.
    ///   - largest: the strongest effect of all, either way.
    ///   - note: what pointing at the word shows.
    package static func word(_ text: String, effect: Double, largest: Double, note: String) -> Markup {
        guard largest > 0 else { return "\(text)" }
        let step = min(4, Int((effect.magnitude / largest * 4).rounded()))
        guard step > 0 else { return "\(text)" }
        let side: Markup = effect > 0 ? "p" : "m"
        return "<mark class=\"\(side)\(step)\" title=\"\(note)\">\(text)</mark>"
    }
}
