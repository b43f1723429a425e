import FormantImage
import FormantInsight
import FormantNetwork
import FormantTensor
import FormantTestSupport
import Testing

@Suite struct DreamTests {
    private let shape = Shape(channels: 3, height: 44, width: 52)
    private let whole = Tiling.free(side: 1024, margin: 0)

    private func gradient(_ aim: DreamAim, rows: Tiling, columns: Tiling) throws -> DreamGradient {
        DreamGradient(try SmallNetworks.convolutions(), aim: aim, rows: rows, columns: columns)
    }

    private var aims: [DreamAim] {
        get throws {
            let guide = Shape(channels: 3, height: 8, width: 6)
            return [
                .energy(node: "secondOut"), .channels(node: "secondOut", [1, 4]),
                .guide(
                    node: "second",
                    try DreamGuide(
                        SmallNetworks.convolutions(), node: "second", values: SmallNetworks.input("guide", guide),
                        shape: guide)),
            ]
        }
    }

    /// With a margin as wide as what a value sees, tiles give what the whole gives.
    @Test func tilesEqualTheWhole() throws {
        let values = SmallNetworks.input("input", shape)
        for aim in try aims {
            let expected = try gradient(aim, rows: whole, columns: whole).gradient(of: values, shape: shape)
            let tiled = try gradient(
                aim, rows: .free(side: 16, margin: 12), columns: .free(side: 12, margin: 12)
            ).gradient(of: values, shape: shape)
            #expect(largestDifference(tiled.gradient, expected.gradient) < 1e-5, "\(aim)")
            #expect(abs(tiled.aim / expected.aim - 1) < 1e-5)
            // Without it they cannot.
            let bare = try gradient(
                aim, rows: .free(side: 16, margin: 0), columns: .free(side: 12, margin: 0)
            ).gradient(of: values, shape: shape)
            #expect(largestDifference(bare.gradient, expected.gradient) > 1e-3, "\(aim)")
        }
    }

    /// Turned, looked at and turned back, by hand and by the gradient itself.
    @Test func theShiftIsUndone() throws {
        let values = SmallNetworks.input("input", shape)
        let (rows, columns) = (7, 20)
        func place(_ i: Int, _ down: Int, _ across: Int) -> Int {
            let (line, column) = (i / shape.width, i % shape.width)
            let (channel, row) = (line / shape.height, line % shape.height)
            return (channel * shape.height + (row + down) % shape.height) * shape.width
                + (column + across) % shape.width
        }
        var turned = values
        for i in 0..<shape.count { turned[place(i, rows, columns)] = values[i] }
        for tiling in [whole, .free(side: 16, margin: 12), .fixed(20)] {
            let dream = try gradient(.energy(node: "secondOut"), rows: tiling, columns: tiling)
            let byHand = try dream.gradient(of: turned, shape: shape)
            let found = try dream.gradient(of: values, shape: shape, shift: (rows, columns))
            #expect(found.aim == byHand.aim)
            #expect((0..<shape.count).allSatisfy { found.gradient[$0] == byHand.gradient[place($0, rows, columns)] })
        }
    }

    @Test func theGradientIsThatOfTheAim() throws {
        let values = SmallNetworks.input("input", shape)
        for aim in try aims {
            let dream = try gradient(aim, rows: whole, columns: whole)
            let found = try dream.gradient(of: values, shape: shape)
            let direction = SmallNetworks.stream("direction", shape.count, 1)
            let slope = zip(found.gradient, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            let step: Float = 2e-3
            let ahead = try dream.gradient(of: zip(values, direction).map { $0 + step * $1 }, shape: shape).aim
            let behind = try dream.gradient(of: zip(values, direction).map { $0 - step * $1 }, shape: shape).aim
            let difference = (ahead - behind) / Double(2 * step)
            // The aim is a mean over positions; of the energy it is that of squares, whose half is what is raised; and
            // over channels or products over the number of them.
            let positions = Double(shape.height / 2 * (shape.width / 2))
            let factor: Double
            switch aim {
            case .energy: factor = 2 / (6 * positions)
            case .channels(_, let chosen): factor = 1 / (Double(chosen.count) * positions)
            case .guide: factor = 1 / (6 * positions)
            case .output: factor = 1
            }
            #expect(
                abs(difference - factor * slope) < 0.03 * abs(difference), "\(aim): \(difference), \(factor * slope)")
        }
    }

    /// Tiles of the network's own size cover everything, and where they overlap the mean counts.
    @Test func fixedTilesCoverEverything() throws {
        let network = Network(input: Shape(channels: 1, height: 4, width: 6)) {
            Flatten()
            Dense(units: 2)
        }
        let parameters = Parameters(zeros: try network.bound().parameters)
        let weight = parameters.table.entries[0].name
        try parameters.set(
            weight,
            to: Tensor(extents: [2, 24], values: [Float](repeating: 1, count: 24) + [Float](repeating: -2, count: 24)))
        let subject = try Subject(network: network, parameters: parameters, pool: WorkerPool(threads: 1))
        let dream = DreamGradient(subject, aim: .output(1), rows: .fixed(4), columns: .fixed(6))
        let large = Shape(channels: 1, height: 9, width: 11)
        let found = try dream.gradient(of: SmallNetworks.input("input", large), shape: large, shift: (2, 3))
        #expect(found.gradient == [Float](repeating: -2, count: large.count))
    }

    private let frontEnd = ImageFrontEnd(width: 12, height: 10, colour: .bgr, range: 255, mean: [100, 110, 120])

    private func photo(width: Int = 60, height: Int = 50) -> Picture {
        Picture(
            width: width, height: height, channels: 3,
            values: SmallNetworks.stream("photo", 3 * width * height, 0.3).map { $0 + 0.5 })
    }

    @Test func aDreamRaisesItsAimAtEverySize() throws {
        let dream = PictureDream(
            steps: 5, octaves: .init(count: 3, scale: 1.5), ascent: DreamAscent(rate: 0.05, jitter: (8, 8)),
            leastSide: 12)
        let gradient = try gradient(.energy(node: "secondOut"), rows: whole, columns: whole)
        var sizes: [Int] = []
        var aims: [Double] = []
        let result = try dream.dream(photo(), frontEnd, gradient, seed: 3) { progress in
            sizes.append(progress.size.width)
            aims.append(progress.aim)
            #expect(progress.steps == 15 && progress.picture().width == progress.size.width)
            return true
        }
        #expect(sizes == [27, 27, 27, 27, 27, 40, 40, 40, 40, 40, 60, 60, 60, 60, 60])
        for octave in 0..<3 { #expect(aims[5 * octave + 4] > aims[5 * octave]) }
        #expect(result.width == 60 && result.height == 50)
        #expect(result.values.allSatisfy { (0...1).contains($0) })
        let again = try dream.dream(photo(), frontEnd, gradient, seed: 3) { _ in true }
        #expect(again == result)
        #expect(try dream.dream(photo(), frontEnd, gradient, seed: 4) { _ in true } != result)
    }

    /// Stopped at a small size, what was dreamt so far is laid on the photo.
    @Test func aDreamThatIsStopped() throws {
        let dream = PictureDream(
            steps: 4, octaves: .init(count: 2, scale: 2), ascent: DreamAscent(rate: 0.05, jitter: (4, 4)), leastSide: 12
        )
        let gradient = try gradient(.energy(node: "secondOut"), rows: whole, columns: whole)
        var steps = 0
        let result = try dream.dream(photo(), frontEnd, gradient, seed: 3) { progress in
            steps = progress.step
            return progress.step < 2
        }
        #expect(steps == 2 && result.width == 60)
        let change = zip(result.values, photo().values).map { abs($0 - $1) }.max()!
        #expect(change > 0.01 && change < 0.5, "\(change)")
    }
}
