import FormantImage
import FormantTensor
import Testing

@Suite struct PictureTests {
    /// A picture of values that bytes hold exactly.
    private func random(_ width: Int, _ height: Int, channels: Int, seed: UInt64 = 1) -> Picture {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<channels * width * height).map { _ in Float(generator.index(below: 256)) / 255 }
        return Picture(width: width, height: height, channels: channels, values: values)
    }

    @Test(arguments: [(1, 1, 1), (7, 5, 1), (1, 9, 3), (16, 3, 3)])
    func whatIsWrittenIsRead(width: Int, height: Int, channels: Int) throws {
        let picture = random(width, height, channels: channels)
        #expect(try Picture.decode(picture.png(), name: "it") == picture)
        #expect(try picture.png() == picture.png())
        var beyond = picture
        beyond.values[0] = 7
        beyond.values[width * height * channels - 1] = -.infinity
        let cut = try Picture.decode(beyond.png(), name: "it")
        #expect(cut.values[0] == 1 || width * height * channels == 1)
        #expect(cut.values.last == 0)
        beyond.values[0] = .nan
        #expect(try Picture.decode(beyond.png(), name: "it").values[0] == 0)
    }

    @Test(arguments: [1, 3]) func jpegKeepsWhatIsSmooth(channels: Int) throws {
        var picture = Picture(width: 40, height: 24, channels: channels)
        for channel in 0..<channels {
            for y in 0..<24 {
                for x in 0..<40 {
                    picture[channel, y, x] = Float(x + 2 * y) / 90 * (channel == 1 ? 0.5 : 1)
                }
            }
        }
        for quality in [50, 95] {
            let read = try Picture.decode(picture.jpeg(quality: quality), name: "it")
            #expect(read.shape == picture.shape)
            let largest = zip(read.values, picture.values).map { abs($0 - $1) }.max()!
            #expect(largest < (quality > 90 ? 0.02 : 0.08), "\(largest)")
        }
        #expect(try picture.jpeg(quality: 20).count < picture.jpeg(quality: 95).count)
        for quality in [0, 101] { #expect(throws: ImageError.self) { try picture.jpeg(quality: quality) } }
    }

    @Test func partsAndChannels() throws {
        let picture = random(9, 6, channels: 3)
        let part = picture.cropped(x: 2, y: 1, width: 5, height: 4)
        for (channel, row, column) in [(0, 0, 0), (1, 3, 4), (2, 2, 1)] {
            #expect(part[channel, row, column] == picture[channel, row + 1, column + 2])
        }
        let padded = part.padded(width: 8, height: 4, with: 0.5)
        #expect(padded.cropped(x: 1, y: 0, width: 5, height: 4) == part)
        #expect(padded[2, 3, 0] == 0.5 && padded[0, 0, 6] == 0.5 && padded[1, 1, 7] == 0.5)
        #expect(picture.mirrored()[1, 2, 0] == picture[1, 2, 8] && picture.mirrored().mirrored() == picture)
        #expect(part.grey().rgb().grey().shape == Shape(channels: 1, height: 4, width: 5))
        let grey = picture.grey()[0, 5, 8]
        let expected = 0.299 * picture[0, 5, 8] + 0.587 * picture[1, 5, 8] + 0.114 * picture[2, 5, 8]
        #expect(abs(grey - expected) < 1e-6)
    }

    /// Against plain sums in double precision.
    @Test(arguments: [(10, 7, 4, 3), (10, 7, 10, 2), (5, 9, 1, 1), (12, 12, 5, 30), (6, 8, 6, 8)])
    func shrinkingIsTheMeanOfTheArea(width: Int, height: Int, newWidth: Int, newHeight: Int) {
        let picture = random(width, height, channels: 3)
        let resized = picture.resized(width: newWidth, height: min(newHeight, height))
        for (channel, y, x) in [(0, 0, 0), (1, resized.height - 1, resized.width - 1), (2, 0, resized.width / 2)] {
            var (sum, area) = (0.0, 0.0)
            let (dx, dy) = (Double(width) / Double(resized.width), Double(height) / Double(resized.height))
            for row in 0..<height {
                let down = max(0, min(Double(row + 1), Double(y + 1) * dy) - max(Double(row), Double(y) * dy))
                for column in 0..<width {
                    let start = max(Double(column), Double(x) * dx)
                    let across = max(0, min(Double(column + 1), Double(x + 1) * dx) - start)
                    sum += down * across * Double(picture[channel, row, column])
                    area += down * across
                }
            }
            #expect(abs(Double(resized[channel, y, x]) - sum / area) < 1e-5)
        }
    }

    /// A plane stays one inside, constants stay constants everywhere, and doubling has the known weights.
    @Test(arguments: [Picture.Enlargement.bilinear, .bicubic])
    func growingInterpolates(enlargement: Picture.Enlargement) {
        var plane = Picture(width: 8, height: 6, channels: 1)
        for y in 0..<6 { for x in 0..<8 { plane[0, y, x] = Float(x) * 0.1 + Float(y) * 0.05 } }
        let large = plane.resized(width: 24, height: 12, enlargement: enlargement)
        for (y, x) in [(4, 6), (5, 12), (7, 16)] {
            let expected = ((Float(x) + 0.5) / 3 - 0.5) * 0.1 + ((Float(y) + 0.5) / 2 - 0.5) * 0.05
            #expect(abs(large[0, y, x] - expected) < 1e-5)
        }
        let even = Picture(width: 3, height: 3, channels: 3, filledWith: 0.25)
        #expect(
            even.resized(width: 11, height: 4, enlargement: enlargement).values.allSatisfy { abs($0 - 0.25) < 1e-6 })
        let impulse = Picture(width: 5, height: 1, channels: 1, values: [0, 0, 1, 0, 0])
        let doubled = impulse.resized(width: 10, height: 1, enlargement: enlargement).values
        let near: [Float] = enlargement == .bilinear ? [0, 0.25, 0.75] : [-0.0703125, 0.2265625, 0.8671875]
        for (a, b) in zip(doubled[2...4], near) { #expect(abs(a - b) < 1e-6) }
        #expect(zip(doubled, doubled.reversed()).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
