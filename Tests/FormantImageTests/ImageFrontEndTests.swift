import FormantImage
import FormantTensor
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct ImageFrontEndTests {
    /// Red rises to the right, green downwards, blue is even.
    private func ramp(_ width: Int, _ height: Int) -> Picture {
        var picture = Picture(width: width, height: height, channels: 3, filledWith: 0.25)
        for y in 0..<height {
            for x in 0..<width {
                picture[0, y, x] = (Float(x) + 0.5) / Float(width)
                picture[1, y, x] = (Float(y) + 0.5) / Float(height)
            }
        }
        return picture
    }

    @Test func ordersAndScales() {
        let picture = ramp(4, 4)
        let vgg = ImageFrontEnd(
            width: 4, height: 4, colour: .bgr, range: 255, mean: [104.00699, 116.66877, 122.67892])
        let input = vgg.input(of: picture)
        #expect(input.extents == [3, 4, 4] && vgg.shape == Shape(channels: 3, height: 4, width: 4))
        #expect(abs(input[0, 2, 3] - (0.25 * 255 - 104.00699)) < 1e-4)
        #expect(abs(input[2, 2, 3] - (0.875 * 255 - 122.67892)) < 1e-4)
        #expect(vgg.limits[2] == -122.67892...(255 - 122.67892))
        let grey = ImageFrontEnd(width: 4, height: 4, colour: .grey, mean: [0.5], deviation: [0.25])
        let expected = (0.299 * picture[0, 1, 2] + 0.587 * picture[1, 1, 2] + 0.114 * 0.25 - 0.5) / 0.25
        #expect(abs(grey.input(of: picture)[0, 1, 2] - expected) < 1e-5)
        #expect(ImageFrontEnd(width: 4, height: 4).input(of: picture.grey()).extents == [3, 4, 4])
    }

    @Test(arguments: ColourOrder.allCases) func backToPictures(colour: ColourOrder) {
        let frontEnd = ImageFrontEnd(
            width: 6, height: 5, colour: colour, range: 255, mean: .init(repeating: 100, count: colour.channels),
            deviation: .init(repeating: 60, count: colour.channels))
        let picture = frontEnd.fitted(ramp(6, 5))
        let back = frontEnd.picture(of: frontEnd.input(of: picture))
        #expect(zip(back.values, picture.values).allSatisfy { abs($0 - $1) < 1e-5 })
        // Networks that slide take other sizes; what is beyond dark and bright is cut.
        var large = frontEnd.scaled(ramp(9, 7))
        #expect(large.extents == [colour.channels, 7, 9])
        large.values[0] = 1e9
        large.values[1] = -1e9
        let cut = frontEnd.picture(of: large)
        #expect(cut.values.allSatisfy { (0...1).contains($0) } && cut.values.contains(1) && cut.values.contains(0))
    }

    @Test func fits() {
        let wide = ramp(40, 20)
        let stretched = ImageFrontEnd(width: 10, height: 10).fitted(wide)
        #expect(abs(stretched[0, 3, 0] - 0.05) < 1e-5 && abs(stretched[0, 3, 9] - 0.95) < 1e-5)
        let cropped = ImageFrontEnd(width: 10, height: 10, fit: .crop).fitted(wide)
        #expect(abs(cropped[0, 3, 0] - 0.275) < 1e-5 && abs(cropped[1, 0, 3] - 0.05) < 1e-5)
        let padded = ImageFrontEnd(width: 10, height: 10, fit: .pad, background: 1).fitted(wide)
        #expect(padded[0, 1, 5] == 1 && padded[0, 8, 5] == 1 && abs(padded[1, 2, 5] - 0.1) < 1e-5)
        for fit in PictureFit.allCases {
            for (width, height) in [(1, 1), (1, 300), (300, 1), (7, 3)] {
                let front = ImageFrontEnd(width: 5, height: 3, fit: fit)
                #expect(front.fitted(ramp(width, height)).shape == front.shape)
            }
        }
    }

    private func decode(_ json: String) throws -> ImageFrontEnd {
        try JSONDecoder().decode(ImageFrontEnd.self, from: Data(json.utf8))
    }

    @Test func isReadStrictly() throws {
        let frontEnd = ImageFrontEnd(
            width: 224, height: 200, colour: .bgr, fit: .crop, background: 0.5, range: 255, mean: [1, 2, 3],
            deviation: [4, 5, 6])
        let data = try JSONEncoder().encode(frontEnd)
        #expect(try decode(String(decoding: data, as: UTF8.self)) == frontEnd)
        #expect(try decode(#"{"width": 3, "height": 4, "mean": 0.5}"#).mean == [0.5, 0.5, 0.5])
        for (json, words) in [
            (#"{"width": 3}"#, "height"), (#"{"width": 3, "height": 4, "mena": 1}"#, "mean"),
            (#"{"width": 0, "height": 4}"#, "image.width"), (#"{"width": 3, "height": 9999}"#, "1 … 8192"),
            (#"{"width": 3, "height": 4, "colour": "gray"}"#, "grey"),
            (#"{"width": 3, "height": 4, "mean": [1, 2]}"#, "3 channels"),
            (#"{"width": 3, "height": 4, "deviation": 0}"#, "image.deviation"),
            (#"{"width": 3, "height": 4, "range": -1}"#, "image.range"),
            (#"{"width": 3, "height": 4, "background": 2}"#, "0 … 1"),
            (#"{"width": 3, "height": 4, "fit": "squeeze"}"#, "stretch"),
        ] {
            #expect { try decode(json) } throws: { "\($0)".contains(words) }
        }
    }
}
