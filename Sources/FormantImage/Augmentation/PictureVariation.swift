import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which variations of pictures are wanted; nil: not that one.
public struct PictureVariation: Hashable, Sendable {
    /// Left and right changed places.
    public var mirror: MirrorVariation?
    /// Moved, turned, larger or smaller, slanted.
    public var affine: AffineVariation?

    /// Creates what varies nothing.
    public init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool { self == PictureVariation() }

    /// Varies one picture; every draw comes from the generator handed in, and values are sampled once, however much is
    /// done.
    /// - Parameters:
    ///   - source: channel × row × column.
    ///   - target: as many; it overlaps nothing of the source.
    ///   - background: what comes in where the picture has moved away, unless its edge is repeated.
    /// - Returns: what was done.
    public func apply(
        _ source: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Float>, shape: Shape,
        background: Float, using generator: inout SeededGenerator
    ) -> AppliedPictureVariation {
        var applied = AppliedPictureVariation()
        if let mirror { applied.isMirrored = generator.uniform() < mirror.probability }
        if let affine, generator.uniform() < affine.probability {
            applied.affine = affine.draw(using: &generator)
        }
        guard applied != AppliedPictureVariation() else {
            _ = target.update(fromContentsOf: source)
            return applied
        }
        let sampler = Sampler(
            way: applied.way(width: shape.width, height: shape.height), width: shape.width, height: shape.height,
            edge: affine?.edge == .repeated ? nil : background)
        for channel in 0..<shape.channels {
            let part = channel * shape.positions..<(channel + 1) * shape.positions
            sampler.run(UnsafeBufferPointer(rebasing: source[part]), UnsafeMutableBufferPointer(rebasing: target[part]))
        }
        return applied
    }
}

/// What was done to one picture.
public struct AppliedPictureVariation: Hashable, Sendable, CustomStringConvertible {
    /// The numbers of one draw.
    public struct Affine: Hashable, Sendable {
        /// How far to the right, in widths.
        public var right: Float = 0
        /// How far down, in heights.
        public var down: Float = 0
        /// Degrees clockwise.
        public var rotation: Float = 0
        /// Larger above 1.
        public var scale: Float = 1
        /// Degrees by which what stood upright leans to the left at its top.
        public var shear: Float = 0
    }

    /// Whether left and right changed places.
    public var isMirrored = false
    /// Nil: not moved.
    public var affine: Affine?

    /// Nothing was done.
    public init() {}

    /// For people.
    public var description: String {
        var parts = isMirrored ? ["mirrored"] : []
        if let affine {
            func rounded(_ value: Float) -> String { "\((value * 100).rounded() / 100)" }
            parts += [
                "shift \(rounded(affine.right)), \(rounded(affine.down))",
                "rotation \(rounded(affine.rotation))°", "scale \(rounded(affine.scale))",
                "shear \(rounded(affine.shear))°",
            ]
        }
        return parts.joined(separator: ", ")
    }

    /// From a place of the varied picture to the place that it shows, both counted from the middle of the top left pixel.
    fileprivate func way(width: Int, height: Int) -> Way {
        let affine = affine ?? Affine()
        let degree = Double.pi / 180
        let angle = Double(affine.rotation) * degree
        let slant = tan(Double(affine.shear) * degree)
        let (cosine, sine, factor) = (cos(angle), sin(angle), 1 / Double(affine.scale))
        let side = isMirrored ? -1.0 : 1
        let (middleX, middleY) = (Double(width - 1) / 2, Double(height - 1) / 2)
        // What is done: mirror, scale, slant, turn about the middle, shift. Undone from the last to the first:
        // | xx xy |   | side 0 |            | 1 −slant |   |  cos sin |
        // | yx yy | = | 0    1 | · factor · | 0      1 | · | −sin cos |
        let (xx, xy) = (side * factor * (cosine + slant * sine), side * factor * (sine - slant * cosine))
        let (yx, yy) = (-factor * sine, factor * cosine)
        let (fromX, fromY) = (
            middleX + Double(affine.right) * Double(width), middleY + Double(affine.down) * Double(height)
        )
        return Way(
            xx: xx, xy: xy, x: middleX - xx * fromX - xy * fromY, yx: yx, yy: yy,
            y: middleY - yx * fromX - yy * fromY)
    }
}

/// An affine map of the plane: (xx · column + xy · row + x, yx · column + yy · row + y).
private struct Way {
    var xx, xy, x: Double
    var yx, yy, y: Double
}

/// Reads a channel of a picture between its pixels.
private struct Sampler {
    let way: Way
    let width: Int
    let height: Int
    /// What is outside of the picture; nil: its nearest pixel.
    let edge: Float?

    // target[y, x] = Σ_{j, i ∈ {0, 1}} weight_j · weight_i · source[⌊v⌋ + j, ⌊u⌋ + i], (u, v) = way(x, y)
    func run(_ source: UnsafeBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>) {
        for y in 0..<height {
            for x in 0..<width {
                let u = way.xx * Double(x) + way.xy * Double(y) + way.x
                let v = way.yx * Double(x) + way.yy * Double(y) + way.y
                let (left, top) = (u.rounded(.down), v.rounded(.down))
                let (right, down) = (Float(u - left), Float(v - top))
                // Far outside all four are the same; the bounds keep the numbers whole.
                let column = Int(min(max(left, -2), Double(width)))
                let row = Int(min(max(top, -2), Double(height)))
                let upper =
                    (1 - right) * value(source, row, column) + right * value(source, row, column + 1)
                let lower =
                    (1 - right) * value(source, row + 1, column) + right * value(source, row + 1, column + 1)
                target[y * width + x] = (1 - down) * upper + down * lower
            }
        }
    }

    private func value(_ source: UnsafeBufferPointer<Float>, _ row: Int, _ column: Int) -> Float {
        if row >= 0, row < height, column >= 0, column < width { return source[row * width + column] }
        if let edge { return edge }
        return source[min(max(row, 0), height - 1) * width + min(max(column, 0), width - 1)]
    }
}
