import FormantNetwork
import FormantOperators
import FormantTensor

/// Which part of the input the outputs of a node see.
public struct ReceptiveField: Hashable, Sendable {
    /// Along one axis of the input: the output at place o sees positions start + o · jump and the `extent` − 1 behind it.
    /// Positions below 0 and beyond the axis are padding.
    public struct Reach: Hashable, Sendable {
        /// First position that output 0 sees; below 0 where there is padding.
        public var start: Int
        /// Number of positions.
        public var extent: Int
        /// Positions from one output's to the next; 0 where all outputs see the same.
        public var jump: Int
        /// The axis of the node along which outputs see different positions; nil: none.
        public var follows: Axis?

        /// Creates a reach.
        public init(start: Int, extent: Int, jump: Int, follows: Axis?) {
            (self.start, self.extent, self.jump, self.follows) = (start, extent, jump, follows)
        }

        /// The positions that an output sees, without padding.
        /// - Parameter length: of the axis of the input.
        func positions(of output: (row: Int, column: Int), length: Int) -> Range<Int> {
            let place = follows == .frequency ? output.row : follows == .time ? output.column : 0
            let first = start + place * jump
            let low = min(max(first, 0), length)
            return low..<max(low, min(first + extent, length))
        }

        /// The reach of a window of outputs in place of each single one.
        fileprivate func under(before: Int, span: Int, stride: Int) -> Reach {
            Reach(
                start: start - jump * before, extent: extent + (span - 1) * jump, jump: jump * stride, follows: follows)
        }

        /// What all of `count` outputs see together.
        fileprivate func all(of count: Int) -> Reach {
            Reach(start: start, extent: extent + (count - 1) * jump, jump: 0, follows: nil)
        }

        fileprivate func union(_ other: Reach) -> Reach {
            let first = min(start, other.start)
            return Reach(
                start: first, extent: max(start + extent, other.start + other.extent) - first, jump: jump,
                follows: follows)
        }
    }

    /// Along the rows of the input (frequency).
    public var rows: Reach
    /// Along the columns of the input (time).
    public var columns: Reach
    /// Shape of the input.
    public let input: Shape

    /// Rows and columns of the input that the output at a place sees.
    public func region(row: Int, column: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        (
            rows.positions(of: (row, column), length: input.height),
            columns.positions(of: (row, column), length: input.width)
        )
    }

    fileprivate func mapped(_ body: (Reach) -> Reach) -> ReceptiveField {
        ReceptiveField(rows: body(rows), columns: body(columns), input: input)
    }
}

extension Network {
    /// The receptive field of every node's output, from the layers alone: what may count, whatever the weights.
    /// - Parameter input: shape of the input; nil: the network's own.
    /// - Throws: `NetworkError`.
    public func receptiveFields(input: Shape? = nil) throws(NetworkError) -> [String: ReceptiveField] {
        let shapes = try outputShapes(input: input)
        let whole = input ?? self.input
        var fields = [
            Network.inputName: ReceptiveField(
                rows: .init(start: 0, extent: 1, jump: 1, follows: .frequency),
                columns: .init(start: 0, extent: 1, jump: 1, follows: .time), input: whole)
        ]
        for node in nodes {
            // Bound already: every input is there.
            let inputs = node.inputs.map { (fields[$0]!, shapes[$0] ?? whole) }
            fields[node.name] = node.layer.receptiveField(of: inputs)
        }
        return fields
    }
}

extension Layer {
    /// The field behind the layer, out of the fields of its inputs.
    fileprivate func receptiveField(of inputs: [(field: ReceptiveField, shape: Shape)]) -> ReceptiveField {
        let (field, shape) = inputs[0]
        /// Outputs see all positions of an axis.
        func all(_ axes: Axis...) -> ReceptiveField {
            field.mapped { reach in reach.follows.map { axes.contains($0) ? reach.all(of: shape[$0]) : reach } ?? reach
            }
        }
        func slid(_ axis: Axis, _ extent: Extent, stride: Int, dilation: Int = 1, _ padding: Padding) -> ReceptiveField
        {
            let window = Window(
                extent: extent.resolved(shape[axis]), stride: stride, dilation: dilation, padding: padding)
            let before = window.zeros(for: shape[axis]).before
            return field.mapped {
                $0.follows == axis ? $0.under(before: before, span: window.span, stride: stride) : $0
            }
        }
        func pooled(_ window: Pair<Extent>, _ stride: Pair<Int>?, _ padding: Pair<Padding>) -> ReceptiveField {
            let vertical = slid(
                .frequency, window.height, stride: stride?.height ?? window.height.resolved(shape.height),
                padding.height)
            let horizontal = slid(
                .time, window.width, stride: stride?.width ?? window.width.resolved(shape.width), padding.width)
            return field.following(.frequency, vertical, .time, horizontal)
        }
        switch self {
        case let layer as Convolution2D:
            let vertical = slid(
                .frequency, layer.kernel.height, stride: layer.stride.height, dilation: layer.dilation.height,
                layer.padding.height)
            let horizontal = slid(
                .time, layer.kernel.width, stride: layer.stride.width, dilation: layer.dilation.width,
                layer.padding.width)
            return field.following(.frequency, vertical, .time, horizontal)
        case let layer as Convolution1D:
            return slid(layer.axis, layer.width, stride: layer.stride, dilation: layer.dilation, layer.padding)
        case let layer as MaxPool: return pooled(layer.window, layer.stride, layer.padding)
        case let layer as AveragePool: return pooled(layer.window, layer.stride, layer.padding)
        case is KMaxPool: return all(.time)
        case let layer as Permute:
            return field.mapped { reach in
                guard let axis = reach.follows, let place = layer.order.firstIndex(of: axis) else { return reach }
                // What became channels is mixed by the next layer, if not already by this one's reader.
                guard let now: Axis = [nil, .frequency, .time][place] else { return reach.all(of: shape[axis]) }
                var moved = reach
                moved.follows = now
                return moved
            }
        case let layer as FormantNetwork.Slice:
            return field.mapped { reach in
                guard reach.follows == layer.axis else { return reach }
                var moved = reach
                moved.start += layer.start * reach.jump
                return moved
            }
        case is GlobalPool, is Flatten, is FormantNetwork.Reshape: return all(.frequency, .time)
        case is FormantNetwork.Sum, is Concatenate: return joined(inputs)
        default: return field  // position by position: norms, activations, dropout, dense layers, embeddings, softmax
        }
    }

    private func joined(_ inputs: [(field: ReceptiveField, shape: Shape)]) -> ReceptiveField {
        func joined(_ reaches: [(reach: ReceptiveField.Reach, shape: Shape)]) -> ReceptiveField.Reach {
            let (first, _) = reaches[0]
            // A sum may repeat an input along an axis where it has a single place.
            let length = first.follows.map { reaches[0].shape[$0] }
            let isAlike = reaches.allSatisfy { reach, shape in
                reach.follows == first.follows && reach.jump == first.jump
                    && (reach.follows.map { shape[$0] } == length || self is Concatenate)
            }
            let isInOrder = (self as? Concatenate).map { $0.axis != first.follows } ?? true
            let all =
                isAlike && isInOrder
                ? reaches.map(\.reach)
                : reaches.map { reach, shape in reach.follows.map { reach.all(of: shape[$0]) } ?? reach }
            return all.dropFirst().reduce(all[0]) { $0.union($1) }
        }
        return ReceptiveField(
            rows: joined(inputs.map { ($0.field.rows, $0.shape) }),
            columns: joined(inputs.map { ($0.field.columns, $0.shape) }), input: inputs[0].field.input)
    }
}

extension ReceptiveField {
    /// Each reach from the one of two fields that was worked out for the axis that it follows.
    fileprivate func following(
        _ a: Axis, _ first: ReceptiveField, _ b: Axis, _ second: ReceptiveField
    ) -> ReceptiveField {
        ReceptiveField(
            rows: rows.follows == a ? first.rows : rows.follows == b ? second.rows : rows,
            columns: columns.follows == a ? first.columns : columns.follows == b ? second.columns : columns,
            input: input)
    }
}
