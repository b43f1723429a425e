/// The ranges of the lines in `bytes`, without their ends (`\n` or `\r\n`).
///
/// Every encoding that Formant reads keeps `\n` as byte 0x0A, so that lines can be told apart before they are decoded.
/// What stands after the last line end is a line unless it is empty.
package func lineRanges(of bytes: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
        let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
        let isReturned = end < bytes.count && end > start && bytes[end - 1] == 0x0d
        ranges.append(start..<(isReturned ? end - 1 : end))
        start = end + 1
    }
    return ranges
}
