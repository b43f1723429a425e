import Foundation
import FormantTensor

typealias TestGenerator = SeededGenerator

/// The unpacked public data, or nil where there are none.
let dataRoot = ProcessInfo.processInfo.environment["FORMANT_DATA"].map { URL(fileURLWithPath: $0) }

/// The bytes of a file of the public data.
func data(_ path: String) throws -> [UInt8] {
    guard let dataRoot else { throw CocoaError(.fileNoSuchFile) }
    return try Array(Data(contentsOf: dataRoot.appendingPathComponent(path)))
}

/// Writes bytes to a file of its own for as long as `body` runs.
func withTemporaryFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("formant-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
}

/// What a value looks like as JSON, with sorted keys.
func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// The value that JSON stands for.
func value<Value: Decodable>(_ type: Value.Type = Value.self, json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
}

/// What a decoding error says: of one that a decoder hands on, the sentence that it was given.
func message(_ error: DecodingError) -> String {
    if case .dataCorrupted(let context) = error { return context.debugDescription }
    return "\(error)"
}

/// A text of random scalars from all of Unicode, with those that tokenisers stumble over more often.
func randomText(using generator: inout TestGenerator) -> String {
    let awkward: [Unicode.Scalar] = [
        "'", "-", ".", ",", "_", "1", "a", " ", "\u{200d}", "\u{301}", "\u{fe0f}", "\u{1f468}", "\u{1f1e9}",
        "\u{1f3fd}",
        "漢", "あ", "ก", "ด", "ー", "\u{0}", "\r", "\n", "\u{2028}", "\u{ad}", "\u{f73}", "\u{ac00}", "\u{11a8}", "İ", "ß",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<generator.index(below: 24) {
        if generator.index(below: 3) > 0 {
            text.append(awkward[generator.index(below: awkward.count)])
        } else if let scalar = Unicode.Scalar(UInt32(generator.index(below: 0x110000))) {
            text.append(scalar)
        }
    }
    return String(text)
}

/// The scalars of a text, which tell canonically equivalent strings apart.
func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
