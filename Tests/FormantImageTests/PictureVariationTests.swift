import FormantImage
import FormantTensor
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct PictureVariationTests {
    private func vary(
        _ picture: Picture, _ variation: PictureVariation, seed: UInt64 = 1, background: Float = 0
    ) -> (picture: Picture, applied: AppliedPictureVariation) {
        var chance = SeededGenerator(seed: seed)
        var result = picture
        let applied = picture.values.withUnsafeBufferPointer { source in
            result.values.withUnsafeMutableBufferPointer {
                variation.apply(source, into: $0, shape: picture.shape, background: background, using: &chance)
            }
        }
        return (result, applied)
    }

    private func affine(_ affine: AffineVariation) -> PictureVariation {
        var variation = PictureVariation()
        variation.affine = affine
        return variation
    }

    private var picture: Picture {
        var generator = SeededGenerator(seed: 5)
        return Picture(width: 6, height: 6, channels: 3, values: (0..<108).map { _ in generator.uniform() })
    }

    private func expectEqual(_ a: Picture, _ b: Picture, _ tolerance: Float = 1e-5) {
        #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) <= tolerance })
    }

    @Test func quarterTurnsAndWholeShiftsAreExact() {
        let (turned, _) = vary(picture, affine(AffineVariation(rotation: DrawRange(90, 90))))
        // Clockwise: what was on the left is on top.
        var expected = picture
        for channel in 0..<3 {
            for y in 0..<6 { for x in 0..<6 { expected[channel, y, x] = picture[channel, 5 - x, y] } }
        }
        expectEqual(turned, expected)
        let third = Float(1) / 3
        let (shifted, applied) = vary(picture, affine(AffineVariation(shift: DrawRange(third, third))), background: 0.5)
        for y in 0..<6 {
            for x in 0..<6 {
                let value = y < 2 || x < 2 ? 0.5 : picture[1, y - 2, x - 2]
                #expect(abs(shifted[1, y, x] - value) < 1e-4)
            }
        }
        #expect(applied.description == "shift 0.33, 0.33, rotation 0.0°, scale 1.0, shear 0.0°")
        let (repeated, _) = vary(picture, affine(AffineVariation(shift: DrawRange(third, third), edge: .repeated)))
        #expect(abs(repeated[0, 0, 0] - picture[0, 0, 0]) < 1e-4 && abs(repeated[2, 5, 1] - picture[2, 3, 0]) < 1e-4)
    }

    @Test func scaleAndShearMoveWhatTheySay() {
        var plane = Picture(width: 9, height: 9, channels: 1)
        for y in 0..<9 { for x in 0..<9 { plane[0, y, x] = Float(x) + 10 * Float(y) } }
        let (large, _) = vary(plane, affine(AffineVariation(scale: DrawRange(2, 2))))
        #expect(abs(large[0, 4, 6] - 45) < 1e-3 && abs(large[0, 2, 4] - 34) < 1e-3)
        let (slanted, _) = vary(plane, affine(AffineVariation(shear: DrawRange(45, 45))))
        // The top leans to the left: what is shown at (row 3, column 3) stood at column 4.
        #expect(abs(slanted[0, 3, 3] - 34) < 1e-3 && abs(slanted[0, 4, 3] - 43) < 1e-3)
    }

    @Test func chanceIsThatOfTheGenerator() {
        var variation = affine(
            AffineVariation(
                probability: 0.5, shift: DrawRange(-0.2, 0.2), rotation: DrawRange(-30, 30), scale: DrawRange(0.8, 1.2),
                shear: DrawRange(-10, 10)))
        variation.mirror = MirrorVariation()
        var (mirrored, moved) = (0, 0)
        for seed in UInt64(0)..<200 {
            let (first, applied) = vary(picture, variation, seed: seed)
            #expect(vary(picture, variation, seed: seed).picture == first)
            mirrored += applied.isMirrored ? 1 : 0
            moved += applied.affine == nil ? 0 : 1
            if applied.affine == nil { expectEqual(first, applied.isMirrored ? picture.mirrored() : picture) }
            if let affine = applied.affine {
                #expect(abs(affine.right) <= 0.2 && abs(affine.rotation) <= 30 && (0.8...1.2).contains(affine.scale))
            }
        }
        #expect((70...130).contains(mirrored) && (70...130).contains(moved))
    }

    @Test func settingsOutOfTheirRangesAreRefused() {
        func decode(_ json: String) throws -> AffineVariation {
            try JSONDecoder().decode(AffineVariation.self, from: Data(json.utf8))
        }
        for (json, words) in [
            (#"{"rotate": 3}"#, "rotation"), (#"{"rotation": [5, -5]}"#, "augmentation.affine.rotation"),
            (#"{"scale": 0}"#, "0.1 … 10"), (#"{"shift": [-2, 2]}"#, "-1.0 … 1.0"), (#"{"shear": 90}"#, "shear"),
            (#"{"probability": 1.5}"#, "augmentation.affine.probability"), (#"{"edge": "mirror"}"#, "edge"),
        ] {
            #expect { try decode(json) } throws: { "\($0)".contains(words) }
        }
        #expect { try JSONDecoder().decode(MirrorVariation.self, from: Data(#"{"probability": -1}"#.utf8)) } throws: {
            "\($0)".contains("augmentation.mirror.probability")
        }
    }
}
