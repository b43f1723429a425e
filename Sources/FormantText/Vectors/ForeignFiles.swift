/// The name of a file that is none of word vectors, by its first bytes, and what to do about it; nil if they say nothing.
func foreignKind(of bytes: [UInt8]) -> (found: String, advice: String)? {
    let kinds: [(magic: [UInt8], found: String, advice: String)] = [
        ([0x1f, 0x8b], "gzip within gzip", "decompress it once: gunzip --keep FILE"),
        ([0x50, 0x4b, 0x03, 0x04], "a zip archive (npz, wheel)", "unpack it and give the file in it"),
        ([0x50, 0x4b, 0x05, 0x06], "an empty zip archive", ""),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz file", "decompress it first: unxz --keep FILE"),
        ([0x42, 0x5a, 0x68], "a bzip2 file", "decompress it first: bunzip2 --keep FILE"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a Zstandard file", "decompress it first: unzstd FILE"),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7z archive", "unpack it and give the file in it"),
        ([0x50, 0x41, 0x52, 0x31], "a Parquet table", "save it as text; docs/text.md has a line of Python for it"),
        ([0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], "an Arrow table", "save it as text"),
        ([0x89, 0x48, 0x44, 0x46], "an HDF5 file", "save it as text"),
        ([0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66], "an SQLite database", ""),
        ([0x89, 0x50, 0x4e, 0x47], "a PNG picture", ""), ([0xff, 0xd8, 0xff], "a JPEG picture", ""),
        ([0x47, 0x49, 0x46, 0x38], "a GIF picture", ""), ([0x25, 0x50, 0x44, 0x46], "a PDF document", ""),
        ([0x52, 0x49, 0x46, 0x46], "a RIFF file (WAV, WebP)", ""), ([0x66, 0x4c, 0x61, 0x43], "a FLAC recording", ""),
        ([0x7f, 0x45, 0x4c, 0x46], "a program or library", ""), ([0x47, 0x47, 0x55, 0x46], "a GGUF model", ""),
        ([0x80, 0x02], "a Python pickle", pickleAdvice), ([0x80, 0x03], "a Python pickle", pickleAdvice),
        ([0x80, 0x04], "a Python pickle", pickleAdvice), ([0x80, 0x05], "a Python pickle", pickleAdvice),
        ([0xff, 0xfe], "UTF-16 text", "save it as UTF-8"), ([0xfe, 0xff], "UTF-16 text", "save it as UTF-8"),
    ]
    for kind in kinds where bytes.starts(with: kind.magic) { return (kind.found, kind.advice) }
    if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) {
        return ("a tar archive", "unpack it and give the file in it")
    }
    if isSafeTensors(bytes) { return ("a safetensors file", "save it as .npy with a list of its words") }
    let start = bytes.prefix(256).drop { $0 <= 0x20 }
    let text = String(decoding: start.prefix(16), as: UTF8.self).lowercased()
    if ["<!doctype", "<html", "<head", "<?xml", "<!--"].contains(where: text.hasPrefix) {
        return ("a page of HTML or XML", "it may be what a server sent in place of the file")
    }
    // A brace may be a word: JSON has a name in quotes behind it, or closes.
    if start.first == UInt8(ascii: "{") {
        let next = start.dropFirst().first { $0 > 0x20 }
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "}") { return ("JSON", "") }
    }
    return nil
}

private let pickleAdvice = "save it as text (gensim: save_word2vec_format)"

// The length of a header, and the header, which is JSON.
private func isSafeTensors(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 9, bytes[8] == UInt8(ascii: "{") else { return false }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64($1 * 8) }
    return length > 1 && length < 100_000_000
}
