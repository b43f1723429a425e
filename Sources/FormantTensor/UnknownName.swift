/// A name that is none of the known ones: `unknown key "strid" of convolution; did you mean "stride"?`
public struct UnknownName: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the name should have been one of: `key`, `layer`, `window`.
    public let kind: String
    /// What was found.
    public let name: String
    /// What the name was found in, where that says more than its place.
    public let owner: String?
    /// The names that are right.
    public let known: [String]

    /// Describes a name that is not among `known`.
    public init(_ kind: String, _ name: String, of owner: String? = nil, known: some Sequence<String>) {
        self.kind = kind
        self.name = name
        self.owner = owner
        self.known = Array(known)
    }

    /// The right name that was most likely meant; nil when none is near.
    public var nearest: String? { nearestName(to: name, among: known) }

    /// The sentence for people. Of a very long name it shows the beginning.
    public var description: String {
        let shown = name.count > 60 ? name.prefix(60) + "…" : name[...]
        let place = owner.map { " of \($0)" } ?? ""
        let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "expected one of \(known.joined(separator: ", "))"
        return "unknown \(kind) \"\(shown)\"\(place); \(hint)"
    }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// The case of a name.
    /// - Parameters:
    ///   - kind: what the cases are, for the message.
    ///   - owner: what the name was found in, where that says more than its place.
    /// - Throws: `UnknownName`, with the nearest right name.
    package init(named name: String, kind: String, of owner: String? = nil) throws(UnknownName) {
        guard let value = Self(rawValue: name) else {
            throw UnknownName(kind, name, of: owner, known: Self.allCases.map(\.rawValue))
        }
        self = value
    }
}
