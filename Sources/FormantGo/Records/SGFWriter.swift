/// Writes nodes as SGF FF[4] text.
public enum SGFWriter {
    /// A game of one line, without variations. Reading it gives the same nodes.
    /// - Parameter nodes: at least one; names are of capital letters, and each property has a value.
    public static func text(_ nodes: [SGFNode]) -> String {
        var text = "("
        for node in nodes {
            text += ";"
            for property in node.properties {
                text += property.name
                for value in property.values { text += "[" + escaped(value) + "]" }
            }
            text += "\n"
        }
        return text + ")\n"
    }

    /// Byte by byte: a bracket with a combining accent behind it is another character, but it ends the value all the same.
    private static func escaped(_ value: String) -> String {
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
