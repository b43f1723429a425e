import FormantImage
import FormantNetwork
import FormantTensor

/// Deep Dream on a picture (Mordvintsev, Olah & Tyka 2015): ascent at a small size first, and what was dreamt there,
/// enlarged, is where the next size begins, so that shapes of all sizes come out.
public struct PictureDream: Sendable {
    /// The sizes.
    public struct Octaves: Hashable, Sendable {
        /// How many sizes, at least 1.
        public var count: Int
        /// Ratio of one size to the next smaller one, above 1.
        public var scale: Double

        /// Creates octaves.
        public init(count: Int = 4, scale: Double = 1.4) {
            self.count = count
            self.scale = scale
        }

        /// The sizes of a picture, smallest first.
        /// - Parameter least: no side but the picture's own is shorter.
        func sizes(width: Int, height: Int, least: Int) -> [(width: Int, height: Int)] {
            var sizes = [(width: width, height: height)]
            var factor = 1.0
            for _ in 1..<max(1, count) {
                factor /= scale
                let next = (
                    width: Int((Double(width) * factor).rounded()), height: Int((Double(height) * factor).rounded())
                )
                guard min(next.width, next.height) >= least else { break }
                sizes.append(next)
            }
            return sizes.reversed()
        }
    }

    /// Where a dream stands.
    public struct Progress {
        /// Steps done, of all sizes.
        public var step: Int
        /// Steps of all sizes.
        public var steps: Int
        /// Width and height of the present size.
        public var size: (width: Int, height: Int)
        /// The aim before the step.
        public var aim: Double
        /// The picture at the present size.
        public var picture: () -> Picture
    }

    /// Steps at each size.
    public var steps: Int
    /// The sizes.
    public var octaves: Octaves
    /// The ascent; its limits are those of the front end.
    public var ascent: DreamAscent
    /// No size has a shorter side.
    public var leastSide: Int

    /// Creates a dream.
    public init(steps: Int, octaves: Octaves, ascent: DreamAscent, leastSide: Int = 32) {
        self.steps = steps
        self.octaves = octaves
        self.ascent = ascent
        self.leastSide = leastSide
    }

    /// Dreams.
    /// - Parameters:
    ///   - photo: of any size.
    ///   - frontEnd: how the network gets pictures; its size does not count.
    ///   - seed: of the chance in the ascent.
    ///   - observer: is told each step, and says whether to go on. Where it does not, the picture so far comes back.
    /// - Returns: the picture, at the size of the photo.
    /// - Throws: `NetworkError`, as the gradient does.
    public func dream(
        _ photo: Picture, _ frontEnd: ImageFrontEnd, _ gradient: DreamGradient, seed: UInt64,
        observer: (Progress) -> Bool
    ) throws(NetworkError) -> Picture {
        var generator = SeededGenerator.derived(seed: seed, purpose: "dream")
        var ascent = ascent
        ascent.limits = frontEnd.limits
        let photo = frontEnd.colour == .grey ? photo.grey() : photo.rgb()
        let unit = DreamAscent.deviation(of: frontEnd.scaled(photo).values)
        let sizes = octaves.sizes(width: photo.width, height: photo.height, least: leastSide)
        var picture = photo
        for (octave, size) in sizes.enumerated() {
            let base = photo.resized(width: size.width, height: size.height)
            if octave == 0 {
                picture = base
            } else {
                // What was dreamt at the size before, enlarged, on the photo at this one.
                let before = photo.resized(width: picture.width, height: picture.height)
                picture.values.add(-1, before.values)
                picture = picture.resized(width: size.width, height: size.height)
                picture.values.add(1, base.values)
            }
            var values = frontEnd.scaled(picture).values
            let extents = [picture.channels, size.height, size.width]
            for step in 0..<steps {
                let aim = try ascent.step(&values, shape: picture.shape, unit: unit, gradient, using: &generator)
                let now = values
                let goesOn = observer(
                    Progress(
                        step: octave * steps + step + 1, steps: sizes.count * steps, size: size, aim: aim,
                        picture: { frontEnd.picture(of: Tensor(extents: extents, values: now)) }))
                if !goesOn {
                    picture = frontEnd.picture(of: Tensor(extents: extents, values: values))
                    return enlarged(picture, like: photo)
                }
            }
            picture = frontEnd.picture(of: Tensor(extents: extents, values: values))
        }
        return picture
    }

    /// What was dreamt at a smaller size, on the photo.
    private func enlarged(_ picture: Picture, like photo: Picture) -> Picture {
        var change = picture
        change.values.add(-1, photo.resized(width: picture.width, height: picture.height).values)
        var result = change.resized(width: photo.width, height: photo.height)
        result.values.add(1, photo.values)
        return result
    }
}
