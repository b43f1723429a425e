/// How a camera was held: what has to be done to a stored picture so that it stands upright.
///
/// Source: Exif 2.32 (CIPA DC-008-2019), tag 0x0112 of IFD 0. Anything that is no proper entry counts as upright.
struct ExifOrientation {
    /// 1 … 8 as Exif numbers them.
    let number: Int

    /// Whether rows become columns.
    var swapsSides: Bool { number >= 5 }

    /// Looks for the entry in the segments before the picture.
    init(ofJPEG bytes: [UInt8]) {
        number = ExifOrientation.find(in: bytes) ?? 1
    }

    /// The picture as it is meant to be seen.
    func upright(_ picture: Picture) -> Picture {
        guard number > 1 else { return picture }
        let (width, height) = swapsSides ? (picture.height, picture.width) : (picture.width, picture.height)
        var result = Picture(width: width, height: height, channels: picture.channels)
        for channel in 0..<picture.channels {
            for y in 0..<height {
                for x in 0..<width {
                    let (row, column) = source(x, y, picture)
                    result[channel, y, x] = picture[channel, row, column]
                }
            }
        }
        return result
    }

    /// Row and column of the stored picture that are seen at (x, y).
    private func source(_ x: Int, _ y: Int, _ picture: Picture) -> (row: Int, column: Int) {
        let (right, bottom) = (picture.width - 1, picture.height - 1)
        return switch number {
        case 2: (y, right - x)
        case 3: (bottom - y, right - x)
        case 4: (bottom - y, x)
        case 5: (x, y)
        case 6: (bottom - x, y)
        case 7: (bottom - x, right - y)
        case 8: (x, right - y)
        default: (y, x)
        }
    }

    private static func find(in bytes: [UInt8]) -> Int? {
        // Segments: 0xff, kind, length of two bytes which counts itself; the picture begins with kind 0xda.
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xff, bytes[place + 1] != 0xda {
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            let end = place + 2 + length
            guard length >= 2, end <= bytes.count else { return nil }
            let body = bytes[(place + 4)..<end]
            if bytes[place + 1] == 0xe1, body.starts(with: Array("Exif\0\0".utf8)) {
                return orientation(Array(body.dropFirst(6)))
            }
            place = end
        }
        return nil
    }

    private static func orientation(_ block: [UInt8]) -> Int? {
        let littleEndian = block.starts(with: Array("II".utf8))
        func number(_ place: Int, bytes count: Int) -> Int? {
            guard place >= 0, place + count <= block.count else { return nil }
            let part = block[place..<place + count]
            return (littleEndian ? part.reversed() : Array(part)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard littleEndian || block.starts(with: Array("MM".utf8)), let directory = number(4, bytes: 4),
            let entries = number(directory, bytes: 2)
        else { return nil }
        for entry in 0..<entries {
            let place = directory + 2 + 12 * entry
            guard let tag = number(place, bytes: 2) else { return nil }
            if tag == 0x0112 { return number(place + 8, bytes: 2).flatMap { (1...8).contains($0) ? $0 : nil } }
        }
        return nil
    }
}
