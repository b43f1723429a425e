import Foundation

/// Canonical composition (Unicode Standard, section 3.11, D117) of scalars in canonical order.
///
/// Written out here because Foundation's goes wrong: a Hangul syllable takes no final consonant, U+11A7 is lost, and
/// scalars beyond U+FFFF are taken for those of the same lower 16 bits.
func canonicallyComposed(_ decomposed: String) -> String {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(decomposed.utf8.count)
    // Where the last starter stands in `result`, and the class of the scalar after it that was put there last.
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in decomposed.unicodeScalars {
        let combiningClass = combiningClass(of: scalar)
        if let place = starter {
            // Not blocked: next to the starter, or behind marks of a lower class alone.
            let isNext = place == result.count - 1
            if isNext || lastClass < combiningClass, let composite = primaryComposite(result[place], scalar) {
                result[place] = composite
                continue
            }
        }
        if combiningClass == 0 { starter = result.count }
        lastClass = combiningClass
        result.append(scalar)
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: result)
    return String(text)
}

/// Canonical order (D109): marks between two starters, sorted by class; equal classes stay in order.
func canonicallyOrdered(_ decomposed: String) -> String {
    var scalars = Array(decomposed.unicodeScalars)
    var classes = scalars.map(combiningClass)
    var isOrdered = true
    var index = 1
    while index < scalars.count {
        if classes[index] != 0, classes[index - 1] > classes[index] {
            isOrdered = false
            break
        }
        index += 1
    }
    if isOrdered { return decomposed }
    var start = 0
    while start < scalars.count {
        var end = start + 1
        while end < scalars.count, classes[end] != 0 { end += 1 }
        // The starter, if there is one, has class 0 and stays in front.
        let run = (start..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }
        let sorted = run.map { scalars[$0] }
        let sortedClasses = run.map { classes[$0] }
        scalars.replaceSubrange(start..<end, with: sorted)
        classes.replaceSubrange(start..<end, with: sortedClasses)
        start = end
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
}

private func combiningClass(of scalar: Unicode.Scalar) -> UInt8 {
    scalar.value < 0x300 ? 0 : scalar.properties.canonicalCombiningClass.rawValue
}

private func primaryComposite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    switch (first.value, second.value) {
    case (0x1100...0x1112, 0x1161...0x1175):
        return Unicode.Scalar(0xac00 + ((first.value - 0x1100) * 21 + second.value - 0x1161) * 28)
    case (0xac00...0xd7a3, 0x11a8...0x11c2):
        return (first.value - 0xac00) % 28 == 0 ? Unicode.Scalar(first.value + second.value - 0x11a7) : nil
    case (_, ..<0x300): return nil
    default: return composites[pair(first, second)]
    }
}

private func pair(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 32 | UInt64(second.value)
}

// The primary composites by the two scalars they are made of, from Foundation's decompositions. The blocks hold all
// composites up to Unicode 17 but Hangul. Takes some milliseconds, once, when text needs it.
private let composites: [UInt64: Unicode.Scalar] = {
    var byLength: [Int: [(parts: [Unicode.Scalar], composite: Unicode.Scalar)]] = [:]
    for value in [0xc0..<0x3100, 0x10500..<0x10600, 0x11000..<0x12000, 0x16100..<0x16e00].joined() {
        guard let scalar = Unicode.Scalar(UInt32(value)), !scalar.properties.isFullCompositionExclusion else {
            continue
        }
        let parts = Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
        if parts.count > 1 { byLength[parts.count, default: []].append((parts, scalar)) }
    }
    // All but the last part make a composite that is shorter, so that it is known already.
    var whole: [[Unicode.Scalar]: Unicode.Scalar] = [:]
    var pairs: [UInt64: Unicode.Scalar] = [:]
    for length in byLength.keys.sorted() {
        for (parts, composite) in byLength[length] ?? [] {
            let front = Array(parts.dropLast())
            guard let first = front.count == 1 ? front[0] : whole[front] else { continue }
            pairs[pair(first, parts[length - 1])] = composite
            whole[parts] = composite
        }
    }
    return pairs
}()
