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

    /// Columns of a matrix product that take the time of so many in full panels: eight that stand alone keep a processor
    /// from adding as fast as it can.
    private static func columns(_ outputs: Int) -> Double {
        let rest = outputs % 16
        return Double(outputs - rest) + (rest == 0 ? 0 : rest <= 8 ? 11 : 16)
    }

    /// Channels that a transform works on: whole vectors of them.
    private static func vectors(_ channels: Int) -> Double { Double((channels + 7) / 8 * 8) }

    /// A pass as a product of matrices: positions × (taps × inputs) × outputs.
    private struct Product {
        let positions: Double
        let inputs: Int
        let outputs: Int
        let multiplyAdds: Double

        init(_ pass: Pass, _ geometry: ConvolutionGeometry, positions: Int) {
            self.positions = Double(positions)
            inputs = pass == .data ? geometry.groupOutputs : geometry.groupInputs
            outputs = pass == .data ? geometry.groupInputs : geometry.groupOutputs
            multiplyAdds =
                self.positions * Double(geometry.groups * geometry.taps * inputs) * ConvolutionCost.columns(outputs)
        }
    }

    private static func product(_ pass: Pass, _ geometry: ConvolutionGeometry) -> Double {
        let product = Product(
            pass, geometry, positions: pass == .data ? geometry.input.positions : geometry.output.positions)
        // Where nothing has to be gathered, a product reads the patches where they are.
        let isPlain = geometry.groups == 1 && (geometry.isPointwise || geometry.output.positions == 1)
        let gathers = pass == .weights ? !geometry.patchesAreContiguous : !isPlain
        let tap = 90 + 2 * Double(product.inputs)
        var cost = product.multiplyAdds
        if gathers { cost += product.positions * Double(geometry.groups * geometry.taps) * tap }
        if pass == .weights {
            let block = Double(Convolution.block(patch: geometry.patch))
            cost += product.multiplyAdds * 12 / block + product.positions * 6 * Double(geometry.output.channels)
        }
        return cost
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
        let (inputs, outputs) = (vectors(geometry.input.channels), vectors(geometry.output.channels))
        let products = Double(geometry.input.channels) * columns(geometry.output.channels)
        let cost =
            tile == 2
            ? 16 * products + 110 * inputs + 130 * outputs : 42 * products + 250 * inputs + 250 * outputs
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
        let (inputs, outputs) = (vectors(geometry.input.channels), vectors(geometry.output.channels))
        let tiles = Double(geometry.output.height * geometry.tilesAlongLine)
        let rows = geometry.output.height > 1 && pass != .weights ? max(5, tiles) : tiles
        let products = Double(geometry.pointsAlongLines) * columns(geometry.output.channels)
        let (read, write) = geometry.output.height > 1 ? (45.0, 60.0) : (28.0, 37.0)
        return (rows + sums(pass, geometry)) * products + tiles * (read * inputs + write * outputs)
    }

    private static func direct(_ pass: Pass, _ geometry: ConvolutionGeometry) -> Double? {
        guard geometry.groups == 1, geometry.horizontal.dilation == 1 else { return nil }
        if pass == .data, geometry.mirrored == nil {
            // One small convolution for each place between two strides.
            guard geometry.vertical.dilation == 1,
                geometry.vertical.stride * geometry.horizontal.stride <= mostPhases
            else { return nil }
        }
        let product = Product(pass, geometry, positions: geometry.output.positions)
        guard pass == .weights else { return product.multiplyAdds }
        // The sums are read and written again after each block of lines, which all belong to one example.
        let most = min(256, max(1, (16 << 10) / geometry.input.channels))
        let block = geometry.output.height == 1 ? most : min(most, geometry.output.positions)
        return product.multiplyAdds * (1 + 40 / Double(max(1, block)))
    }
}
