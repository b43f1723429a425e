import FormantImage
import FormantTensor

/// Pictures that tests make for themselves.
package enum TestPictures {
    /// What is drawn, on a dark ground with a little noise.
    package static let classes = ["bar", "disc", "frame"]

    /// One picture of a class, grey, somewhere near the middle.
    package static func draw(_ label: String, side: Int = 20, using generator: inout SeededGenerator) -> Picture {
        var picture = Picture(width: side, height: side, channels: 1)
        let middle = Float(side) / 2
        let (x, y) = (middle + generator.uniform(in: -2..<2), middle + generator.uniform(in: -2..<2))
        let radius = middle * generator.uniform(in: 0.4..<0.6)
        for row in 0..<side {
            for column in 0..<side {
                let (dx, dy) = (abs(Float(column) - x), abs(Float(row) - y))
                let isDrawn =
                    switch label {
                    case "bar": dx < radius / 3 && dy < radius
                    case "disc": dx * dx + dy * dy < radius * radius
                    default: max(dx, dy) < radius && max(dx, dy) > radius - 2
                    }
                picture[0, row, column] = (isDrawn ? 0.8 : 0.1) + generator.uniform(in: -0.05..<0.05)
            }
        }
        return picture
    }

    /// Writes a folder per class, `shapes`, with so many pictures each: PNG, every fourth one JPEG.
    package static func writeCorpus(in folder: TemporaryFolder, perClass count: Int = 20, seed: UInt64 = 1) throws {
        var generator = SeededGenerator(seed: seed)
        for label in classes {
            for i in 0..<count {
                let picture = draw(label, using: &generator)
                let isJPEG = i % 4 == 3
                try folder.write(
                    "shapes/\(label)/\(i).\(isJPEG ? "jpg" : "png")",
                    isJPEG ? try picture.jpeg(quality: 95) : try picture.png())
            }
        }
    }

    /// A recipe for them that takes a fraction of a second.
    package static let recipe = """
        name: small-image
        summary: Shapes.
        image: {width: 16, height: 16, colour: grey, mean: 0.2, deviation: 0.25}
        network:
          - convolution: {filters: 8, kernel: 3, padding: same}
          - batchNorm
          - relu
          - maxPool: {window: 2}
          - flatten
          - dense: {units: classes}
        training: {epochs: 4, batch: 8, rate: 0.01}

        """

    /// To be put behind it.
    package static let augmentation = """
        augmentation:
          mirror: {}
          affine: {shift: [-0.1, 0.1], rotation: [-10, 10], scale: [0.9, 1.1], edge: repeat}

        """
}
