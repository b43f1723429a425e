/// Distinct tokens, numbered in the order they came, found by their UTF-8.
///
/// Tokens are equal if their bytes are, unlike strings, which compare by canonical equivalence. The hash is Swift's, which
/// is seeded anew by each process: no file can be made to collide. The numbers do not depend on it.
struct TokenTable: Sendable {
    private var bytes: [UInt8] = []
    // Where each token ends in `bytes`; it begins where the one before ends.
    private var ends: [Int] = []
    // Open addressing: a token's number, or -1. The length is a power of two, at least twice the tokens.
    private var slots = [Int32](repeating: -1, count: 16)

    /// Number of tokens.
    var count: Int { ends.count }

    /// The token of a number in 0 ..< `count`.
    subscript(number: Int) -> String { String(decoding: bytes[range(of: number)], as: UTF8.self) }

    /// The UTF-8 of a token.
    func utf8(of number: Int) -> ArraySlice<UInt8> { bytes[range(of: number)] }

    /// The number of a token, or nil if it is not in the table. Constant time.
    func find(_ token: UnsafeBufferPointer<UInt8>) -> Int? {
        let entry = slots[slot(of: token)]
        return entry < 0 ? nil : Int(entry)
    }

    /// The number of a token, or nil if it is not in the table.
    func find(_ token: String) -> Int? {
        var token = token
        return token.withUTF8 { find($0) }
    }

    /// The number of a token, which is added if it is new: then the number is the former `count`.
    mutating func insert(_ token: UnsafeBufferPointer<UInt8>) -> Int {
        let slot = slot(of: token)
        if slots[slot] >= 0 { return Int(slots[slot]) }
        let number = ends.count
        bytes.append(contentsOf: token)
        ends.append(bytes.count)
        slots[slot] = Int32(number)
        if ends.count * 2 > slots.count { grow() }
        return number
    }

    /// The number of a token, which is added if it is new.
    mutating func insert(_ token: String) -> Int {
        var token = token
        return token.withUTF8 { insert($0) }
    }

    private func range(of number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    // The slot that holds the token, or the free one where it would go.
    private func slot(of token: UnsafeBufferPointer<UInt8>) -> Int {
        let mask = slots.count - 1
        var slot = hash(token) & mask
        while true {
            let entry = slots[slot]
            if entry < 0 { return slot }
            if isEqual(Int(entry), token) { return slot }
            slot = (slot + 1) & mask
        }
    }

    private func isEqual(_ number: Int, _ token: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(of: number)
        guard range.count == token.count else { return false }
        for index in token.indices where bytes[range.lowerBound + index] != token[index] { return false }
        return true
    }

    private func hash(_ token: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(token))
        return hasher.finalize()
    }

    private mutating func grow() {
        let mask = slots.count * 4 - 1
        slots = [Int32](repeating: -1, count: mask + 1)
        bytes.withUnsafeBufferPointer { bytes in
            for number in ends.indices {
                var slot = hash(UnsafeBufferPointer(rebasing: bytes[range(of: number)])) & mask
                while slots[slot] >= 0 { slot = (slot + 1) & mask }
                slots[slot] = Int32(number)
            }
        }
    }
}

extension TokenTable: Hashable {
    static func == (a: TokenTable, b: TokenTable) -> Bool { a.ends == b.ends && a.bytes == b.bytes }

    func hash(into hasher: inout Hasher) {
        hasher.combine(ends.count)
        hasher.combine(bytes)
    }
}
