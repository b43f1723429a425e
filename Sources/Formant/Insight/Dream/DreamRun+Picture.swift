import FormantImage
import FormantInsight
import FormantPage
import FormantTensor

extension DreamRun {
    /// Dreams on a picture.
    func picture(_ path: String, _ frontEnd: ImageFrontEnd, to output: String) throws -> DreamSummary {
        try Picture.checkName(output)
        var photo = try Picture.read(path)
        if let size = request.size { photo = photo.resized(longerSide: size) }
        let guide = try request.guide.map { path in
            let guide = try Picture.read(path)
            // As large as a tile at most: its vectors are compared with those of every place.
            let small = guide.resized(longerSide: min(max(guide.width, guide.height), request.tile / 2))
            let input = frontEnd.scaled(small)
            return (
                values: input.values,
                shape: Shape(channels: input.extents[0], height: small.height, width: small.width)
            )
        }
        let aim = try aim(guide: guide)
        let isFree = try network.isFree(upTo: aim.node, rows: true, columns: true)
        let own = network.subject.network.input
        if !isFree {
            // Every size must hold the network's own input.
            let factor = max(
                Double(own.width) / Double(photo.width), Double(own.height) / Double(photo.height), 1)
            photo = photo.resized(
                width: max(own.width, Int((Double(photo.width) * factor).rounded())),
                height: max(own.height, Int((Double(photo.height) * factor).rounded())))
        }
        let tiling = Tiling.free(side: request.tile, margin: DreamRequest.margin)
        let gradient = DreamGradient(
            network.subject, aim: aim, rows: isFree ? tiling : .fixed(own.height),
            columns: isFree ? tiling : .fixed(own.width))
        let jitter = request.jitter ?? 32
        let dream = PictureDream(
            steps: request.steps, octaves: .init(count: request.octaves ?? 4, scale: request.scale ?? 1.4),
            ascent: DreamAscent(rate: Float(request.rate ?? 0.025), jitter: (jitter, jitter)),
            leastSide: isFree ? min(32, photo.width, photo.height) : max(own.width, own.height))
        let intermediates = Intermediates(output: output, every: request.every)
        var summary = DreamSummary(kind: "picture", out: output, aim: try aimName(), aims: [])
        var problem: (any Error)?
        let result = try dream.dream(photo, frontEnd, gradient, seed: request.seed) { progress in
            summary.aims.append(progress.aim)
            observer.note(
                "step \(progress.step) of \(progress.steps), \(progress.size.width) × \(progress.size.height): "
                    + NumberText.significant(progress.aim))
            observer.progress(
                Double(progress.step) / Double(progress.steps), "step \(progress.step) of \(progress.steps)")
            if let path = intermediates.path(step: progress.step) {
                do { try progress.picture().write(to: path) } catch {
                    problem = error
                    return false
                }
            }
            summary.interrupted = observer.shouldStop() && progress.step < progress.steps
            return !summary.interrupted
        }
        if let problem { throw problem }
        try result.write(to: output)
        summary.size = [result.width, result.height]
        return summary
    }
}

extension Picture {
    /// The picture with another longer side, its proportions kept.
    func resized(longerSide: Int) -> Picture {
        let factor = Double(longerSide) / Double(max(width, height))
        return resized(
            width: max(1, Int((Double(width) * factor).rounded())),
            height: max(1, Int((Double(height) * factor).rounded())))
    }

    /// Throws where a picture could not be written under a name, before anything is worked out for it.
    static func checkName(_ path: String) throws(ImageError) {
        let ending = path.lowercased()
        guard [".png", ".jpg", ".jpeg"].contains(where: ending.hasSuffix) else {
            throw .output(path: path, reason: "expected a name that ends in .png, .jpg or .jpeg")
        }
    }
}
