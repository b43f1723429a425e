import FormantInsight
import FormantTensor
import Testing

@Suite struct LinearProbeTests {
    private let pool = WorkerPool(threads: 2)

    /// Three clouds on a line of two coordinates, with coordinates that say nothing and one that is constant.
    private func clouds(_ count: Int, distance: Float, seed: UInt64) -> LabelledRows {
        var rows = LabelledRows(width: 6)
        var chance = SeededGenerator(seed: seed)
        for i in 0..<count {
            let label = i % 3
            let corner: [(Float, Float)] = [(0, 0), (distance, 0), (0, distance)]
            let (x, y) = corner[label]
            rows.append(
                [
                    100 + x + chance.normal(), y + chance.normal(), chance.normal(), chance.normal() * 50,
                    chance.normal(), 3,
                ], label: label)
        }
        return rows
    }

    @Test func whatIsSeparableIsSeparated() throws {
        let found = LogisticRegression(
            clouds(600, distance: 12, seed: 1), classes: 3, decay: 1e-3, pool: pool)
        #expect(try #require(found.accuracy(on: clouds(300, distance: 12, seed: 2), pool: pool)) >= 0.99)
        let nothing = LogisticRegression(clouds(600, distance: 0, seed: 1), classes: 3, decay: 1e-1, pool: pool)
        let accuracy = try #require(nothing.accuracy(on: clouds(300, distance: 0, seed: 2), pool: pool))
        #expect((0.2...0.47).contains(accuracy))
        #expect(found.accuracy(on: LabelledRows(width: 6), pool: pool) == nil)
    }

    @Test func threadsChangeNothing() {
        let (rows, others) = (clouds(700, distance: 2, seed: 1), clouds(500, distance: 2, seed: 5))
        let accuracies = [1, 3].map { threads in
            let pool = WorkerPool(threads: threads)
            return LogisticRegression(rows, classes: 3, decay: 1e-2, pool: pool).accuracy(on: others, pool: pool)
        }
        #expect(accuracies[0] == accuracies[1])
    }

    @Test(arguments: [
        (Shape(channels: 25, height: 26, width: 26), 6, 6), (Shape(channels: 128, height: 5, width: 10), 2, 4),
        (Shape(channels: 2000, height: 3, width: 3), 1, 1), (Shape(channels: 100, height: 1, width: 40), 1, 10),
        (Shape(channels: 10, height: 1, width: 1), 1, 1),
    ])
    func gridsAreBounded(shape: Shape, rows: Int, columns: Int) {
        let grid = GridPooling(shape, reduction: .mean)
        #expect((grid.rows, grid.columns) == (rows, columns))
        #expect(grid.count <= max(1024, shape.channels))
    }

    @Test func cellsHoldTheirMeans() {
        let grid = GridPooling(Shape(channels: 2, height: 3, width: 4), reduction: .mean, limit: 8)
        #expect((grid.rows, grid.columns) == (2, 2))
        let values = (0..<24).map { Float($0) }
        // Rows 0…1 and 1…2, since two cells do not divide three rows.
        #expect(grid(values, positions: 12) == [2.5, 4.5, 6.5, 8.5, 14.5, 16.5, 18.5, 20.5])
        let largest = GridPooling(Shape(channels: 2, height: 1, width: 5), reduction: .maximum)
        #expect(largest([1, 5, 2, 0, -1, -3], positions: 3) == [5, 0])
    }
}
