/// A node of a game record: what is known of one moment.
public struct SGFNode: Hashable, Sendable {
    /// A name, such as `B`, and its values.
    public struct Property: Hashable, Sendable {
        /// Capital letters, and digits behind the first.
        public var name: String
        /// At least one; escapes are resolved.
        public var values: [String]

        /// Puts a property together.
        public init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// In the order of the file.
    public var properties: [Property]

    /// Creates a node.
    public init(_ properties: [Property] = []) { self.properties = properties }

    /// The first value of a property; nil where the node has none of this name.
    public subscript(name: String) -> String? { properties.first { $0.name == name }?.values.first }

    /// All values of the properties of a name.
    public func values(_ name: String) -> [String] {
        properties.reduce(into: []) { if $1.name == name { $0 += $1.values } }
    }
}
