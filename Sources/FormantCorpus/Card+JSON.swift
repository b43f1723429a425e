import FormantFiles

/// Where the examples are in a JSON file.
struct CardRecords: Sendable {
    /// The ways to them, each with the split that all of its records are in, where it says one.
    let ways: [(path: JSONPath, split: Split?)]

    /// Reads `records`: a way, or a mapping from ways to `train`, `validation` or `test`.
    init(_ node: CardNode) throws(CorpusError) {
        guard case .mapping = node.node else {
            ways = [(try node.jsonPath("records"), nil)]
            return
        }
        var ways: [(path: JSONPath, split: Split?)] = []
        for (key, value) in try node.pairs(of: "records") {
            guard let split = Split(named: try value.text("records")) else {
                throw value.fault("records: expected train, validation or test as what a way leads to")
            }
            ways.append((try key.jsonPath("records"), split))
        }
        guard !ways.isEmpty else { throw node.fault("records: expected a way") }
        self.ways = ways
    }

    /// Whether they say which splits there are.
    var giveSplits: Bool { ways.contains { $0.split != nil } }
    /// Whether every way has a `*`, for the rule `key`.
    var haveKeys: Bool { ways.allSatisfy(\.path.hasEveryKey) }
}

extension Card {
    /// Adds the records of a JSON file. An example's number is that of its record, in the order of the ways.
    /// - Throws: `badManifest` where the file is no JSON, too large, or a way leads nowhere.
    func addRecords(
        _ path: String, _ records: CardRecords, to builder: inout CorpusBuilder, lists: inout SplitLists
    ) throws(CorpusError) {
        let place = FilePath.join(builder.root, path)
        let value: JSONValue
        switch JSONValue.parse(try utf8(of: place, encoding.codings(of: path))) {
        case .success(let parsed): value = parsed
        case .failure(let bad):
            throw .badManifest(path: place, line: bad.line, what: "expected JSON, found something else in this line")
        }
        var number = 0
        for (way, split) in records.ways {
            let found = way.find(in: value)
            guard !found.isEmpty else {
                throw .badManifest(
                    path: place, line: 0, what: "the card looks for records at \(way.source); found \(value.kind)")
            }
            for record in found {
                number += 1
                var context = CardContext(path: path)
                context.record = record
                context.split = split
                add(
                    context, clip: nil, text: text?.value(in: context), line: number, to: &builder,
                    lists: &lists)
            }
        }
    }

    /// The bytes of a file as UTF-8, without a mark.
    private func utf8(of place: String, _ codings: [TextCoding]) throws(CorpusError) -> [UInt8] {
        var source = try ByteReader(path: place)
        if codings[0] == .utf8 { try source.skipByteOrderMark() }
        var bytes: [UInt8] = []
        while let byte = try source.next() {
            guard bytes.count < JSONValue.sizeLimit else {
                throw .unreadable(path: place, reason: "JSON of more than \(JSONValue.sizeLimit >> 20) MB")
            }
            bytes.append(byte)
        }
        if codings == [.utf8], String(validating: bytes, as: UTF8.self) != nil { return bytes }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 8)
        for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            guard let decoded = codings.decode(Array(line)) else {
                throw .badManifest(
                    path: place, line: index + 1,
                    what: "not \(codings.names); the card's 'encoding' says in which coding a file is")
            }
            if index > 0 { text.append(0x0a) }
            text.append(contentsOf: decoded.utf8)
        }
        return text
    }
}
