import FormantTensor

/// What one pass of a convolution is predicted to cost by one algorithm: the planner's model.
///
/// The unit is the time of one multiply-add in the kernel of the matrix product. A cost follows from the shape of one
/// example alone, not from the batch, the threads or the instruction set, and so does the choice: the same example gets
/// the same bytes in any batch. `formant bench algorithms` holds the model against measurement.
///
/// A further algorithm is a case of `Convolution.Algorithm` and one of `multiplyAdds` below.
package struct ConvolutionCost: Sendable, Hashable {
    /// A pass of a convolution.
    package enum Pass: String, Sendable, CaseIterable {
        case forward
        /// Backward to the data.
        case data
        /// Backward to the weights.
        case weights
    }

    package let algorithm: Convolution.Algorithm
    /// Predicted for one example.
    package let multiplyAdds: Double

    /// Every algorithm that can compute a pass, the cheapest first; never empty.
    package static func all(_ pass: Pass, _ geometry: ConvolutionGeometry) -> [ConvolutionCost] {
        let costs = Convolution.Algorithm.allCases.compactMap { algorithm in
            multiplyAdds(algorithm, pass, geometry).map { ConvolutionCost(algorithm: algorithm, multiplyAdds: $0) }
        }
        // The place in the list decides between equals.
        return costs.enumerated().sorted {
            ($0.element.multiplyAdds, $0.offset) < ($1.element.multiplyAdds, $1.offset)
        }.map(\.element)
    }

    static func cheapest(_ pass: Pass, _ geometry: ConvolutionGeometry) -> Convolution.Algorithm {
        all(pass, geometry)[0].algorithm
    }

    /// Nil where the algorithm cannot compute the pass.
    private static func multiplyAdds(
        _ algorithm: Convolution.Algorithm, _ pass: Pass, _ geometry: ConvolutionGeometry
    ) -> Double? {
        switch algorithm {
        case .product: product(pass, geometry)
        case .winograd, .winograd2: winograd(pass, geometry, tile: algorithm.tile!)
        case .lines: lines(pass, geometry)
        case .direct: direct(pass, geometry)
        case .depthwise: geometry.isDepthwise ? Double(geometry.output.positions * geometry.taps) : nil
        }
    }

    /// Places between two strides at which a backward pass to the data may be made of small convolutions.
    private static let mostPhases = 64

    private static func product(_ pass: Pass, _ geometry: ConvolutionGeometry) -> Double {
        let patch = Double(geometry.patch)
        let products = Double(geometry.output.positions) * patch * Double(geometry.groupOutputs)
        // Where nothing has to be gathered, a product reads the patches where they are.
        let isPlain = geometry.groups == 1 && (geometry.isPointwise || geometry.output.positions == 1)
        let gathers = pass == .weights ? !geometry.patchesAreContiguous : !isPlain
        return products + (gathers ? 100 * Double(geometry.output.positions) * patch : 0)
    }

    private static func winograd(_ pass: Pass, _ geometry: ConvolutionGeometry, tile: Int) -> Double? {
        guard geometry.groups == 1 else { return nil }
        guard pass == .data else { return geometry.suitsWinograd ? winograd(geometry, tile: tile) : nil }
        guard let mirrored = geometry.mirrored, mirrored.suitsWinograd else { return nil }
        return winograd(mirrored, tile: tile)
    }

    /// Per tile: the products at its points, of which the 36 of a tile of 4 take as long as 42, since so many filters
    /// crowd the caches; and the transforms of its inputs and outputs.
    private static func winograd(_ geometry: ConvolutionGeometry, tile: Int) -> Double {
        let (inputs, outputs) = (Double(geometry.input.channels), Double(geometry.output.channels))
        let cost =
            tile == 2
            ? 16 * inputs * outputs + 110 * inputs + 130 * outputs
            : 42 * inputs * outputs + 250 * inputs + 250 * outputs
        return Double(geometry.tiles(of: tile)) * cost
    }

    /// What adding the gradient of the filters to memory costs for each of its values, in multiply-adds, where it is made
    /// straight from lines: at least once an example, unless examples of one line go together.
    private static func sums(_ pass: Pass, _ geometry: ConvolutionGeometry) -> Double {
        pass == .weights && geometry.output.height > 1 ? 8 : 0
    }

    private static func lines(_ pass: Pass, _ geometry: ConvolutionGeometry) -> Double? {
        guard geometry.groups == 1 else { return nil }
        guard pass == .data else { return geometry.suitsLines ? lines(pass, of: geometry) : nil }
        guard let mirrored = geometry.mirrored, mirrored.suitsLines else { return nil }
        return lines(pass, of: mirrored)
    }

    /// Per tile: a product at each point for each group of taps, and the transforms of its inputs and outputs. Fewer
    /// tiles than a product works on at once take as long as five.
    private static func lines(_ pass: Pass, of geometry: ConvolutionGeometry) -> Double {
        let (inputs, outputs) = (Double(geometry.input.channels), Double(geometry.output.channels))
        let tiles = Double(geometry.output.height * geometry.tilesAlongLine)
        let rows = geometry.output.height > 1 && pass != .weights ? max(5, tiles) : tiles
        return (rows + sums(pass, geometry)) * Double(geometry.pointsAlongLines) * outputs
            + tiles * (45 * inputs + 60 * outputs)
    }

    private static func direct(_ pass: Pass, _ geometry: ConvolutionGeometry) -> Double? {
        guard geometry.groups == 1, geometry.horizontal.dilation == 1 else { return nil }
        if pass == .data, geometry.mirrored == nil {
            // One small convolution for each place between two strides.
            guard geometry.vertical.dilation == 1,
                geometry.vertical.stride * geometry.horizontal.stride <= mostPhases
            else { return nil }
        }
        return (Double(geometry.output.positions) + sums(pass, geometry)) * Double(geometry.weightCount)
    }
}
