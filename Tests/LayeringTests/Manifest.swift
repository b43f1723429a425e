/// What `Package.swift` says about the targets below `Sources`, in its order.
struct Manifest {
    struct Target: Equatable {
        var name: String
        /// Targets and products by name.
        var dependencies: [String]
    }

    var targets: [Target] = []

    /// Reads a manifest that lists each target's name and dependencies as literals.
    init(_ text: String) {
        var rest = text[...]
        while let call = Manifest.nextCall(&rest) {
            guard let name = Manifest.strings(after: "name:", in: call).first else { continue }
            let list = Manifest.bracketed(after: "dependencies:", in: call)
            targets.append(Target(name: name, dependencies: Manifest.names(in: list)))
        }
    }

    /// The arguments of the next target; test targets and system libraries are passed over, as they hold no sources.
    private static func nextCall(_ rest: inout Substring) -> Substring? {
        while let dot = rest.firstIndex(of: ".") {
            let call = rest[rest.index(after: dot)...]
            rest = call
            for kind in ["target(", "executableTarget("] where call.hasPrefix(kind) {
                let arguments = balanced(call.dropFirst(kind.count - 1))
                rest = arguments.base[arguments.endIndex...]
                if !arguments.contains("path: \"Tests") { return arguments }
                break
            }
        }
        return nil
    }

    /// From an opening bracket to the closing one that belongs to it.
    private static func balanced(_ text: Substring) -> Substring {
        var depth = 0
        for place in text.indices {
            if "([".contains(text[place]) { depth += 1 }
            if ")]".contains(text[place]) { depth -= 1 }
            if depth == 0 { return text[...place] }
        }
        return text
    }

    private static func bracketed(after label: String, in call: Substring) -> Substring {
        guard let start = end(of: label, in: call), let open = call[start...].firstIndex(of: "[") else { return "" }
        return balanced(call[open...])
    }

    private static func strings(after label: String, in text: Substring) -> [String] {
        guard let start = end(of: label, in: text) else { return [] }
        return text[start...].split(separator: "\"", omittingEmptySubsequences: false).dropFirst().prefix(1)
            .map(String.init)
    }

    private static func end(of label: String, in text: Substring) -> Substring.Index? {
        text.indices.first { text[$0...].hasPrefix(label) }.map { text.index($0, offsetBy: label.count) }
    }

    /// The first string of each element of a list, which is the name of a target or of a product.
    private static func names(in list: Substring) -> [String] {
        var names: [String] = []
        var depth = 0
        var element = ""
        for letter in list {
            if "([".contains(letter) { depth += 1 }
            if ")]".contains(letter) { depth -= 1 }
            if depth == 0 || (depth == 1 && letter == ",") {
                let parts = element.split(separator: "\"", omittingEmptySubsequences: false)
                if parts.count > 1 { names.append(String(parts[1])) }
                element = ""
            } else {
                element.append(letter)
            }
        }
        return names
    }
}
