import FormantImage
import FormantInsight
import FormantTensor

extension StyleRun {
    /// Style transfer between pictures (Gatys, Ecker & Bethge 2015), a small size first, whose result, enlarged, is where the
    /// next begins.
    func picture(
        _ network: FeatureNetwork, _ frontEnd: ImageFrontEnd, to output: String
    ) throws -> StyleSummary {
        for (name, given) in [("--seconds", request.seconds != nil), ("--filters", request.filters != nil)] where given
        {
            throw InsightError.option(name: name, value: "", expected: "recordings, found pictures")
        }
        try Picture.checkName(output)
        let content = try request.content.map { try Picture.read($0) }
        var style = try Picture.read(request.style)
        let layers = try layers(network)
        guard try network.isFree(upTo: network.last(of: layers.content + layers.style), rows: true, columns: true)
        else {
            throw InsightError.option(
                name: "--style-layer", value: network.last(of: layers.content + layers.style) ?? "",
                expected: "layers that take pictures of any size, before anything flattens them")
        }
        let shown = content ?? style
        let longer = request.size ?? min(512, max(shown.width, shown.height))
        var source = content
        if request.keepsColour, let content {
            // By brightness alone; that of the style is brought to the mean and deviation of the content's.
            source = content.grey().rgb()
            style = style.grey().matched(to: content.grey()).rgb()
        }
        let scales = request.scales ?? 2
        let sizes = (0..<scales).map { max(16, longer >> (scales - 1 - $0)) }
        var summary = StyleSummary(
            kind: "picture", out: output, contentLayers: layers.content, styleLayers: layers.style)
        func finished(_ picture: Picture) -> Picture {
            guard request.keepsColour, let content else { return picture }
            return content.resized(width: picture.width, height: picture.height).withBrightness(of: picture)
        }
        var result: Picture?
        let pixels = StylePixels(frontEnd)
        for (scale, size) in sizes.enumerated() {
            let shape = shown.resized(longerSide: size)
            let target = source?.resized(width: shape.width, height: shape.height)
            let art = style.resized(longerSide: max(16, Int((Double(size) * (request.styleScale ?? 1)).rounded())))
            let artInput = pixels.input(of: art)
            let matrices = try StyleObjective.style(
                of: artInput.values, shape: artInput.shape, layers: layers.style, network.subject)
            let targetInput = target.map { pixels.input(of: $0) }
            let area = Shape(channels: artInput.shape.channels, height: shape.height, width: shape.width)
            let like = targetInput?.values ?? artInput.values
            let first: [Float]
            if let result {
                first = pixels.input(of: result.resized(width: shape.width, height: shape.height)).values
            } else if let targetInput, request.start != .noise {
                first = targetInput.values
            } else {
                first = noise(area.count, like: like)
            }
            let values = try descend(
                network.subject, from: first, shape: area, unit: DreamAscent.deviation(of: like),
                content: targetInput?.values, layers: layers, style: matrices, size: size,
                usualVariation: 0.02, done: (scale * request.steps, scales * request.steps), &summary,
                intermediates: Intermediates(output: output, every: request.every)
            ) { values, path in try finished(pixels.picture(of: values, area)).write(to: path) }
            result = pixels.picture(of: values, area)
            if summary.interrupted { break }
        }
        // Interrupted at a small size, it is enlarged.
        let last = shown.resized(longerSide: longer)
        let picture = finished(result!.resized(width: last.width, height: last.height))
        try picture.write(to: output)
        summary.size = [picture.width, picture.height]
        return summary
    }
}

/// From pictures to a network's inputs and back.
struct StylePixels {
    private let frontEnd: ImageFrontEnd

    init(_ frontEnd: ImageFrontEnd) { self.frontEnd = frontEnd }

    func input(of picture: Picture) -> (values: [Float], shape: Shape) {
        let input = frontEnd.scaled(picture)
        return (input.values, Shape(channels: input.extents[0], height: picture.height, width: picture.width))
    }

    func picture(of values: [Float], _ shape: Shape) -> Picture {
        frontEnd.picture(of: Tensor(extents: [shape.channels, shape.height, shape.width], values: values))
    }
}

extension Picture {
    /// A grey picture with the mean and deviation of another (Gatys et al. 2016, "Preserving color in neural artistic style
    /// transfer", section 4).
    func matched(to other: Picture) -> Picture {
        func mean(_ values: [Float]) -> Float { Float(values.reduce(0) { $0 + Double($1) } / Double(values.count)) }
        let factor = DreamAscent.deviation(of: other.values) / DreamAscent.deviation(of: values)
        let (own, wanted) = (mean(values), mean(other.values))
        var result = self
        for i in result.values.indices { result.values[i] = min(max((values[i] - own) * factor + wanted, 0), 1) }
        return result
    }

    /// The colours of this picture with the brightness of another: all three are raised by the difference.
    func withBrightness(of other: Picture) -> Picture {
        let (bright, own) = (other.grey(), grey())
        var result = rgb()
        let area = width * height
        for i in result.values.indices { result.values[i] += bright.values[i % area] - own.values[i % area] }
        return result
    }
}
