/// What happens to upper and lower case.
public enum LetterCase: String, Codable, Hashable, Sendable, CaseIterable {
    /// Words stay as written.
    case kept
    /// Words that differ in case alone become one.
    case folded
}

/// `text` with case folded: each scalar becomes the lower case of its upper case, whatever stands around it.
///
/// That is Unicode's full case folding (`CaseFolding.txt`, status C and F), except that Cherokee letters go to their
/// lower case. The result of folding normalised text may need to be normalised again.
func caseFolded(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
        return String(
            unsafeUninitializedCapacity: text.utf8.count
        ) { buffer in
            var count = 0
            for byte in text.utf8 {
                buffer[count] = (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
                count += 1
            }
            return count
        }
    }
    var folded = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if scalar.isASCII {
            folded.append((0x41...0x5a).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
        } else if scalar == "\u{131}" {
            // The dotless i is no lower case of I.
            folded.append(scalar)
        } else {
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                folded.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
            }
        }
    }
    return String(folded)
}
