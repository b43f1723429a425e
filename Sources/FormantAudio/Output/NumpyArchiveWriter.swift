import FormantFiles

/// Writes `.npz` files: a ZIP archive of stored `.npy` entries, which `numpy.load` opens as a mapping from names to
/// arrays.
///
/// Arrays go to the disk as they come; what stays in memory is the archive's directory, about 200 bytes an entry. Where
/// an entry, the archive or the number of entries is too large for ZIP, ZIP64 takes its place. Entries carry no time:
/// the same arrays give the same bytes.
///
/// Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
public final class NumpyArchiveWriter {
    /// Entries so far.
    public private(set) var count = 0

    private let file: AtomicFile
    private let largest: UInt64
    private var directory: [UInt8] = []
    private var names: Set<String> = []

    /// Begins an archive.
    /// - Throws: `AudioError.output`.
    public convenience init(_ path: String) throws(AudioError) {
        try self.init(path, largest: 0xffff_fffe)
    }

    /// - Parameter largest: size or place beyond which ZIP64 is used; lower only to test it.
    package init(_ path: String, largest: UInt64) throws(AudioError) {
        file = try output { () throws(FileError) in try AtomicFile(path: path) }
        self.largest = largest
    }

    /// Appends an array.
    /// - Parameter name: what NumPy calls it; the entry is `name.npy`. Not empty, no NUL, at most 65,000 bytes, not used
    ///   before.
    /// - Throws: `AudioError.optionInvalid` for a name, `AudioError.output`.
    public func append(_ name: String, _ array: NumpyArray) throws(AudioError) {
        let entry = Array("\(name).npy".utf8)
        try require(
            !name.isEmpty && !entry.contains(0) && entry.count <= 65_000, "name", "\"\(name.prefix(80))\"",
            "a name for an array, at most 65,000 bytes")
        guard names.insert(name).inserted else {
            throw .optionInvalid(option: "name", found: "\"\(name)\" twice", expected: "names that differ")
        }
        let header = array.header
        var check = CyclicRedundancyCheck()
        check.add(header)
        check.add(array.bytes)
        let size = UInt64(header.count + array.bytes.count)
        let offset = UInt64(file.count)

        var local: [UInt8] = []
        local.append(littleEndian: 0x0403_4b50 as UInt32)
        appendCommon(to: &local, check.value, size, zip64: size > largest)
        local.append(littleEndian: UInt16(entry.count))
        let sizes = size > largest ? extra([size, size]) : []
        local.append(littleEndian: UInt16(sizes.count))
        try output { () throws(FileError) in
            try file.write(local + entry + sizes)
            try file.write(header)
            try file.write(array.bytes)
        }

        let wide = size > largest || offset > largest
        let places = (size > largest ? [size, size] : []) + (offset > largest ? [offset] : [])
        let placesField = places.isEmpty ? [] : extra(places)
        directory.append(littleEndian: 0x0201_4b50 as UInt32)
        directory.append(littleEndian: 0x0300 | UInt16(wide ? 45 : 20))  // made by: Unix
        appendCommon(to: &directory, check.value, size, zip64: wide, sizesElsewhere: size > largest)
        directory.append(littleEndian: UInt16(entry.count))
        directory.append(littleEndian: UInt16(placesField.count))
        directory.append(littleEndian: 0 as UInt16)  // comment
        directory.append(littleEndian: 0 as UInt16)  // disk
        directory.append(littleEndian: 0 as UInt16)  // internal attributes
        directory.append(littleEndian: 0o100644 << 16 as UInt32)  // a regular file, rw-r--r--
        directory.append(littleEndian: offset > largest ? 0xffff_ffff : UInt32(offset))
        directory += entry + placesField
        count += 1
    }

    /// Writes the directory and gives the file its name. Nothing is appended afterwards.
    /// - Throws: `AudioError.output`.
    public func finish() throws(AudioError) {
        let start = UInt64(file.count)
        let size = UInt64(directory.count)
        var end: [UInt8] = []
        let wide = count > 0xfffe || start > largest || size > largest
        if wide {
            let place = start + size
            end.append(littleEndian: 0x0606_4b50 as UInt32)
            end.append(littleEndian: 44 as UInt64)  // bytes that follow
            end.append(littleEndian: 0x032d as UInt16)
            end.append(littleEndian: 45 as UInt16)
            end.append(littleEndian: 0 as UInt32)
            end.append(littleEndian: 0 as UInt32)
            for number in [UInt64(count), UInt64(count), size, start] { end.append(littleEndian: number) }
            end.append(littleEndian: 0x0706_4b50 as UInt32)
            end.append(littleEndian: 0 as UInt32)
            end.append(littleEndian: place)
            end.append(littleEndian: 1 as UInt32)
        }
        let entries = wide ? 0xffff : UInt16(count)
        end.append(littleEndian: 0x0605_4b50 as UInt32)
        end.append(littleEndian: 0 as UInt32)
        end.append(littleEndian: entries)
        end.append(littleEndian: entries)
        end.append(littleEndian: wide ? 0xffff_ffff : UInt32(size))
        end.append(littleEndian: wide ? 0xffff_ffff : UInt32(start))
        end.append(littleEndian: 0 as UInt16)
        try output { () throws(FileError) in
            try file.write(directory)
            try file.write(end)
            try file.commit()
        }
    }

    /// The fields that the local header and the directory share: version, flags, method, time, check, sizes.
    private func appendCommon(
        to bytes: inout [UInt8], _ check: UInt32, _ size: UInt64, zip64: Bool, sizesElsewhere: Bool? = nil
    ) {
        bytes.append(littleEndian: UInt16(zip64 ? 45 : 20))
        bytes.append(littleEndian: 0x0800 as UInt16)  // names are UTF-8
        bytes.append(littleEndian: 0 as UInt16)  // stored
        bytes.append(littleEndian: 0 as UInt16)  // 00:00
        bytes.append(littleEndian: 0x0021 as UInt16)  // 1980-01-01, the first day there is
        bytes.append(littleEndian: check)
        let field = sizesElsewhere ?? zip64 ? 0xffff_ffff : UInt32(size)
        bytes.append(littleEndian: field)
        bytes.append(littleEndian: field)
    }

    /// The ZIP64 extra field.
    private func extra(_ numbers: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: 0x0001 as UInt16)
        bytes.append(littleEndian: UInt16(8 * numbers.count))
        for number in numbers { bytes.append(littleEndian: number) }
        return bytes
    }
}
