import FormantCorpus
import FormantEvaluation
import FormantImage

/// Pictures as a page has them: small.
struct PictureMedia {
    let corpus: Corpus
    /// The most bytes of all, before they are written as text.
    var bytesLimit = ClipMedia.bytesLimit

    /// The longer side, in pixels of the page: smaller pictures are enlarged by a whole number.
    static let side = 128

    /// Pictures of examples, the first ones where there is not room for all.
    func media(of examples: [Example]) -> ReportMedia {
        var media = ReportMedia()
        var (bytes, leftOut) = (0, 0)
        for example in examples {
            guard let path = corpus.path(of: example) else { continue }
            do {
                let picture = try small(path)
                guard bytes + picture.png.count <= bytesLimit else {
                    leftOut += 1
                    continue
                }
                bytes += picture.png.count
                media.pictures[example.id] = picture
            } catch {
                media.missing[example.id] = "cannot be read any more: \(error)"
            }
        }
        if leftOut > 0 {
            media.notes.append(
                "\(leftOut) more pictures are left out, since a page holds \(bytesLimit / 1_000_000) MB of them.")
        }
        if !media.missing.isEmpty { media.notes.append("\(media.missing.count) pictures could not be read any more.") }
        return media
    }

    private func small(_ path: String) throws(ImageError) -> ReportMedia.Picture {
        let picture = try Picture.read(path)
        let longer = max(picture.width, picture.height)
        guard longer > PictureMedia.side else {
            return ReportMedia.Picture(
                png: try picture.png(), width: picture.width * max(1, PictureMedia.side / longer))
        }
        let scale = Double(PictureMedia.side) / Double(longer)
        let small = picture.resized(
            width: max(1, Int(Double(picture.width) * scale)), height: max(1, Int(Double(picture.height) * scale)))
        return ReportMedia.Picture(png: try small.png(), width: small.width)
    }
}
