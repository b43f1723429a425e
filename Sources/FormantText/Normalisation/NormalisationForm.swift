import Foundation

/// A Unicode normalisation form (Unicode Standard Annex 15).
///
/// The standard library compares strings by canonical equivalence but has no public normalisation, and
/// FoundationEssentials has none either, so that the decompositions come from Foundation; `canonicallyComposed` tells why
/// the compositions do not. Text that a quick look shows to be in the form already (ASCII, Cyrillic, Chinese, kana, Hangul
/// and for NFC Latin, without loose marks) gets to neither.
public enum NormalisationForm: String, Codable, Hashable, Sendable, CaseIterable {
    /// Canonical composition: letters and their accents become one scalar where there is one.
    case nfc
    /// Compatibility composition: full-width letters, ligatures, circled digits and the like become the plain ones too.
    case nfkc

    /// `text` in this form.
    public func apply(to text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) || text.unicodeScalars.allSatisfy(isInert) { return text }
        // Foundation leaves marks that come out of one scalar (U+0F73, U+FF9E …) where they are: put in order here.
        let decomposed =
            switch self {
            case .nfc: text.decomposedStringWithCanonicalMapping
            case .nfkc: text.decomposedStringWithCompatibilityMapping
            }
        return canonicallyComposed(canonicallyOrdered(decomposed))
    }

    // Whether a scalar is a starter that nothing inert before or after it can change: text of such scalars alone is in
    // the form. A subset of the truth, chosen for cheapness.
    private func isInert(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0xa0: true
        case ..<0x300: self == .nfc
        case 0x400...0x481, 0x48a...0x52f, 0x621...0x64a, 0xe01...0xe30: true
        case 0x2010...0x2027: self == .nfc
        case 0x3001...0x3029, 0x3041...0x3096, 0x30a1...0x30fe, 0x4e00...0x9fff, 0xac00...0xd7a3: true
        default: false
        }
    }
}
