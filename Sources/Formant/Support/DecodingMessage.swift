import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The message of an error that decoding settings gave, with the place in the document.
func settingsMessage(_ error: any Error) -> String {
    func at(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "" : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".") + ": "
    }
    /// Messages of the YAML reader quote a whole line.
    func short(_ text: String) -> String { text.count > 500 ? text.prefix(500) + " …" : text }
    switch error {
    case DecodingError.dataCorrupted(let context):
        let place = at(context.codingPath)
        return context.debugDescription.hasPrefix(place) ? context.debugDescription : place + context.debugDescription
    case DecodingError.keyNotFound(let key, let context):
        return at(context.codingPath) + "\"\(key.stringValue)\" is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
        return at(context.codingPath) + context.debugDescription
    case let error as YamlError: return short("\(error)")
    default: return short("\(error)")
    }
}
