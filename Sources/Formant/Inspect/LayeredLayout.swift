/// Places for boxes in rows, each below those it comes from, in the manner of Sugiyama, Tagawa & Toda 1981, "Methods for visual
/// understanding of hierarchical system structures": long edges get a place of their own in every row that they pass, so that
/// they run beside the boxes.
struct LayeredLayout {
    struct Place: Sendable {
        /// Middle of a box, or of an edge on its way.
        var x = 0.0
        /// Top of a box.
        var y = 0.0
    }

    /// Of each box.
    private(set) var places: [Place]
    /// Of each pair of a box and one of its inputs: where the edge runs, from the lower edge of the input on.
    private(set) var edges: [[Place]] = []
    private(set) var width = 0.0
    private(set) var height = 0.0

    private struct Item {
        var row: Int
        var width: Double
        var height: Double
        /// Items above and below that it is connected to.
        var above: [Int] = []
        var below: [Int] = []
        var x = 0.0
    }

    /// - Parameters:
    ///   - inputs: of each box those that go in, which stand before it.
    ///   - between: room between rows.
    init(inputs: [[Int]], widths: [Double], heights: [Double], between: Double) {
        var rowOf = [Int](repeating: 0, count: inputs.count)
        for (box, sources) in inputs.enumerated() { rowOf[box] = (sources.map { rowOf[$0] }.max() ?? -1) + 1 }
        var items = inputs.indices.map { Item(row: rowOf[$0], width: widths[$0], height: heights[$0]) }
        var chains: [[Int]] = []
        for (box, sources) in inputs.enumerated() {
            for source in sources {
                var chain = [source]
                for row in rowOf[source] + 1..<max(rowOf[source] + 1, rowOf[box]) {
                    chain.append(items.count)
                    items.append(Item(row: row, width: 14, height: 0))
                }
                chain.append(box)
                for (a, b) in zip(chain, chain.dropFirst()) {
                    items[a].below.append(b)
                    items[b].above.append(a)
                }
                chains.append(chain)
            }
        }
        var rows = [[Int]](repeating: [], count: (rowOf.max() ?? 0) + 1)
        for (i, item) in items.enumerated() { rows[item.row].append(i) }
        for pass in 0..<6 {
            let down = pass % 2 == 0
            for row in down ? Array(rows.indices) : rows.indices.reversed() {
                LayeredLayout.place(&rows[row], &items, down: down, sorts: pass < 5)
            }
        }
        let left = items.map { $0.x - $0.width / 2 }.min() ?? 0
        width = (items.map { $0.x + $0.width / 2 }.max() ?? 0) - left
        places = Array(repeating: Place(), count: items.count)
        var y = 0.0
        for row in rows {
            let tallest = row.map { items[$0].height }.max() ?? 0
            for i in row {
                let offset = items[i].height == 0 ? tallest / 2 : (tallest - items[i].height) / 2
                places[i] = Place(x: items[i].x - left, y: y + offset)
            }
            y += tallest + between
        }
        height = y - between
        edges = chains.map { chain in
            chain.enumerated().map { step, i in
                step == 0 ? Place(x: places[i].x, y: places[i].y + items[i].height) : places[i]
            }
        }
        places.removeLast(items.count - inputs.count)
    }

    /// Puts the items of a row near the mean of those they come from (or lead to), in that order and apart.
    private static func place(_ row: inout [Int], _ items: inout [Item], down: Bool, sorts: Bool) {
        let gap = 22.0
        var wanted: [Int: Double] = [:]
        for i in row {
            let others = down ? items[i].above : items[i].below
            wanted[i] = others.isEmpty ? items[i].x : others.reduce(0) { $0 + items[$1].x } / Double(others.count)
        }
        if sorts { row.sort { wanted[$0]! != wanted[$1]! ? wanted[$0]! < wanted[$1]! : $0 < $1 } }
        // From left to right as near as can be, then the row as a whole so that what was pushed is made up for.
        var end = -Double.infinity
        for i in row {
            items[i].x = max(wanted[i]!, end + items[i].width / 2)
            end = items[i].x + items[i].width / 2 + gap
        }
        let pushed = row.reduce(0) { $0 + items[$1].x - wanted[$1]! } / Double(max(1, row.count))
        for i in row { items[i].x -= pushed }
    }
}
