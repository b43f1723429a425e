/// The modules that a Swift source imports.
///
/// Of `#if canImport(FoundationEssentials)` … `#else` … `#endif`, which takes Foundation where there is nothing smaller,
/// only FoundationEssentials counts.
func importedModules(of source: String) -> Set<String> {
    var modules: Set<String> = []
    var inChoice = false
    var inFallback = false
    for line in source.split(separator: "\n") {
        let words = line.split(separator: " ")
        switch words.first {
        case "#if": inChoice = words == ["#if", "canImport(FoundationEssentials)"]
        case "#else": inFallback = inChoice
        case "#endif": (inChoice, inFallback) = (false, false)
        default: break
        }
        guard let module = importedModule(words), !(inFallback && module == "Foundation") else { continue }
        modules.insert(module)
    }
    return modules
}

/// The module of one line, whatever attributes, access level or kind of declaration stand around it.
private func importedModule(_ words: [Substring]) -> String? {
    let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    guard let place = words.firstIndex(of: "import"),
        words[..<place].allSatisfy({ $0.hasPrefix("@") || access.contains($0) })
    else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
    guard let name = words[(place + 1)...].first(where: { !kinds.contains($0) }) else { return nil }
    return name.split(separator: ".").first.map(String.init)
}

/// The names of the types that a Swift source declares, nested ones too.
func declaredTypes(of source: String) -> Set<String> {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "actor"]
    var types: Set<String> = []
    for line in source.split(separator: "\n") {
        let words = line.split(whereSeparator: { !($0.isLetter || $0.isNumber || "_@/#".contains($0)) })
        if words.first?.hasPrefix("/") ?? true { continue }
        for (kind, name) in zip(words, words.dropFirst()) where kinds.contains(kind) { types.insert(String(name)) }
    }
    return types
}
