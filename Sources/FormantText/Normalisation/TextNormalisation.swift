import FormantTensor

/// What is done to a text before it is cut into tokens: the form, then the clean-up, then the case.
public struct TextNormalisation: Hashable, Sendable {
    /// The Unicode normalisation form.
    public var form: NormalisationForm
    /// The clean-up, none by default.
    public var cleanUp: CleanUp
    /// Whether case is kept.
    public var letterCase: LetterCase

    /// Creates a normalisation; NFC alone if nothing is said.
    public init(form: NormalisationForm = .nfc, cleanUp: CleanUp = .none, letterCase: LetterCase = .kept) {
        self.form = form
        self.cleanUp = cleanUp
        self.letterCase = letterCase
    }

    /// The text that tokens are cut from.
    public func apply(to text: String) -> String {
        let clean = cleanUp.apply(to: form.apply(to: text))
        // Folding can leave the form ("ΐ" comes apart), so that it is put back.
        return letterCase == .folded ? form.apply(to: caseFolded(clean)) : clean
    }
}

extension TextNormalisation: Codable {
    private enum CodingKeys: String, SettingsKey { case form, cleanUp, letterCase }

    /// Decodes the keys `form` (`nfc`, `nfkc`), `cleanUp` (`none`, `kim`) and `letterCase` (`kept`, `folded`); absent
    /// keys have the defaults of `init`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "normalisation", keyedBy: CodingKeys.self)
        form = try settings.name(.form, default: .nfc)
        cleanUp = try settings.name(.cleanUp, default: .none)
        letterCase = try settings.name(.letterCase, default: .kept)
    }
}
