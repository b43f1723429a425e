import FormantTensor

/// Throws unless a setting lies in its range.
func check<Range: RangeExpression>(
    _ name: String, _ value: Range.Bound, in range: Range, _ expected: String
) throws(TrainingError) {
    guard range.contains(value) else { throw .setting(name: name, value: "\(value)", expected: expected) }
}

extension KeyedDecodingContainer where Key: SettingsKey {
    /// Throws where there is a key that a kind does not take, since its value would have no effect.
    /// - Parameter keys: what the kind takes besides `kind`.
    func refuseOthers(than keys: [Key], for kind: String) throws {
        let taken = keys.map(\.stringValue)
        for key in allKeys where key.stringValue != "kind" && !taken.contains(key.stringValue) {
            let hint = taken.isEmpty ? "it takes no settings" : "it takes \(taken.joined(separator: ", "))"
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "\(kind) has no setting \"\(key.stringValue)\"; \(hint)")
        }
    }
}

extension Decoder {
    /// Throws a setting out of its range as an error of the document that is read.
    func check(_ validate: () throws(TrainingError) -> Void) throws {
        do { try validate() } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: error.description))
        }
    }

    /// The error of a name that is none of `known`.
    func unknown(_ kind: String, _ name: String, known: [String]) -> DecodingError {
        .refused(UnknownName(kind, name, known: known), at: codingPath)
    }
}
