import FormantTensor

extension DreamGradient {
    /// Where a tile lies in an input that was turned round by a shift.
    struct Place {
        let shape: Shape
        let rows: Tiling.Tile
        let columns: Tiling.Tile
        let shift: (rows: Int, columns: Int)

        /// The row of the input that row `row` of the turned one was.
        private func row(_ row: Int) -> Int { (row - shift.rows + shape.height) % shape.height }

        private func column(_ column: Int) -> Int { (column - shift.columns + shape.width) % shape.width }

        /// Copies the tile into the input of a network, row × column × channel.
        func load(_ values: [Float], into input: UnsafeMutableBufferPointer<Float>, _ pool: WorkerPool) {
            values.withUnsafeBufferPointer { values in
                nonisolated(unsafe) let (values, input) = (values, input)  // each row written by one worker
                pool.forEach(rows.read.count) { i, _ in
                    let from = row(rows.read.lowerBound + i) * shape.width
                    for channel in 0..<shape.channels {
                        for j in 0..<columns.read.count {
                            let source = channel * shape.positions + from + column(columns.read.lowerBound + j)
                            input[(i * columns.read.count + j) * shape.channels + channel] = values[source]
                        }
                    }
                }
            }
        }

        /// Adds what of a tile's gradient is kept to that of the whole.
        func add(_ tile: UnsafeMutableBufferPointer<Float>, to gradient: inout [Float], _ pool: WorkerPool) {
            gradient.withUnsafeMutableBufferPointer { gradient in
                nonisolated(unsafe) let (tile, gradient) = (tile, gradient)  // each row written by one worker
                pool.forEach(rows.kept.count) { i, _ in
                    let line = rows.kept.lowerBound + i
                    for channel in 0..<shape.channels {
                        let target = channel * shape.positions + row(line) * shape.width
                        for place in columns.kept {
                            let position =
                                (line - rows.read.lowerBound) * columns.read.count + place - columns.read.lowerBound
                            gradient[target + column(place)] += tile[position * shape.channels + channel]
                        }
                    }
                }
            }
        }

        /// The positions of a node's output that stand for what is kept; those of a node without places all.
        func kept(of output: Shape) -> [Int] {
            func places(_ tile: Tiling.Tile, _ count: Int) -> Range<Int> {
                let first = (tile.kept.lowerBound - tile.read.lowerBound) * count / tile.read.count
                let end = (tile.kept.upperBound - tile.read.lowerBound) * count / tile.read.count
                return first..<max(end, min(first + 1, count))
            }
            let across = places(columns, output.width)
            return places(rows, output.height).flatMap { row in across.map { row * output.width + $0 } }
        }
    }
}
