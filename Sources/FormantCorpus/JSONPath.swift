/// The way from a JSON value to values in it.
///
/// Steps stand one behind the other: `name` is the value of that key and `*` those of all keys, with a dot before each
/// but the first; `[]` is every item of a list and `[2]` the third one. A key with `.`, `*`, `[`, `]` or `"` in it
/// stands in double quotes. `data[].text` is what the key `text` has in each item of the list `data`.
struct JSONPath: Sendable {
    private enum Step: Sendable {
        case key(String)
        case everyKey
        case item(Int)
        case everyItem
    }

    /// A value that the way leads to.
    struct Found {
        var value: JSONValue
        /// The keys that the way's `*` stood for.
        var keys: [String]
        /// The way to this value alone: `*` and `[]` filled in.
        var place: String
    }

    /// The way as it was written.
    let source: String
    private let steps: [Step]
    /// Whether there is a `*` in it.
    var hasEveryKey: Bool { steps.contains { if case .everyKey = $0 { true } else { false } } }

    /// Reads a way. Throws `badPattern` where it is none.
    init(_ source: String) throws(CorpusError) {
        self.source = source
        var steps: [Step] = []
        var rest = Substring(source).unicodeScalars
        func fault(_ what: String) -> CorpusError { .badPattern(pattern: String(source.prefix(200)), what: what) }
        while let scalar = rest.first {
            if scalar == "[" {
                rest.removeFirst()
                let digits = rest.prefix { $0 != "]" }
                rest = rest.dropFirst(digits.count)
                guard rest.popFirst() != nil else { throw fault("the bracket is never closed") }
                if digits.isEmpty {
                    steps.append(.everyItem)
                } else if let number = Int(String(digits)), number >= 0 {
                    steps.append(.item(number))
                } else {
                    throw fault("expected [] or [N] with a number from 0, found '[\(String(digits))]'")
                }
                continue
            }
            if !steps.isEmpty {
                guard scalar == "." else { throw fault("expected a dot before the next key, found '\(scalar)'") }
                rest.removeFirst()
            }
            if rest.first == "\"" {
                rest.removeFirst()
                let key = rest.prefix { $0 != "\"" }
                rest = rest.dropFirst(key.count)
                guard rest.popFirst() != nil else { throw fault("the quote is never closed") }
                steps.append(.key(String(key)))
                continue
            }
            let key = String(rest.prefix { $0 != "." && $0 != "[" })
            rest = rest.dropFirst(key.unicodeScalars.count)
            guard !key.isEmpty else { throw fault("expected a key") }
            if key == "*" {
                steps.append(.everyKey)
            } else if let bad = key.first(where: { "*]\"".contains($0) }) {
                throw fault("a key with '\(bad)' in it stands in double quotes")
            } else {
                steps.append(.key(key))
            }
        }
        guard !steps.isEmpty else { throw fault("expected a way such as data[].text, found nothing") }
        self.steps = steps
    }

    /// The values that the way leads to, in the order written. A key or an item that is not there leads nowhere.
    func find(in value: JSONValue) -> [Found] {
        var found = [Found(value: value, keys: [], place: "")]
        for step in steps {
            var next: [Found] = []
            for one in found {
                switch (step, one.value) {
                case (.key(let name), .object(let pairs)):
                    for pair in pairs where pair.key == name { next.append(one.key(pair, isEvery: false)) }
                case (.everyKey, .object(let pairs)): next += pairs.map { one.key($0, isEvery: true) }
                case (.item(let number), .list(let items)):
                    if items.indices.contains(number) { next.append(one.item(number, of: items)) }
                case (.everyItem, .list(let items)): next += items.indices.map { one.item($0, of: items) }
                case (.key, _), (.everyKey, _), (.item, _), (.everyItem, _): break
                }
            }
            found = next
        }
        return found
    }
}

extension JSONPath.Found {
    fileprivate func key(_ pair: (key: String, value: JSONValue), isEvery: Bool) -> JSONPath.Found {
        let name = String(pair.key.prefix(80))
        return JSONPath.Found(
            value: pair.value, keys: isEvery ? keys + [pair.key] : keys,
            place: place.isEmpty ? name : "\(place).\(name)")
    }

    fileprivate func item(_ number: Int, of items: [JSONValue]) -> JSONPath.Found {
        JSONPath.Found(value: items[number], keys: keys, place: "\(place)[\(number)]")
    }
}
