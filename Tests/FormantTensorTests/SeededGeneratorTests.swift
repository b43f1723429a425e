import FormantTensor
import Testing

@Suite struct SeededGeneratorTests {
    @Test func sameSeedSameSequence() {
        var (a, b, c) = (SeededGenerator(seed: 7), SeededGenerator(seed: 7), SeededGenerator(seed: 8))
        let (x, y, z) = (
            (0..<100).map { _ in a.next() }, (0..<100).map { _ in b.next() }, (0..<100).map { _ in c.next() }
        )
        #expect(x == y)
        #expect(x != z)
    }

    @Test func purposesAreIndependent() {
        var a = SeededGenerator.derived(seed: 1, purpose: "weights")
        var b = SeededGenerator.derived(seed: 1, purpose: "split")
        #expect(a.next() != b.next())
    }

    @Test func uniformAndNormalHaveTheirMoments() {
        var generator = SeededGenerator(seed: 3)
        var (sum, squares) = (0.0, 0.0)
        for _ in 0..<100_000 {
            let value = generator.uniform()
            #expect(value >= 0 && value < 1)
            sum += Double(value)
        }
        #expect(abs(sum / 100_000 - 0.5) < 0.005)
        sum = 0
        for _ in 0..<100_000 {
            let value = Double(generator.normal())
            sum += value
            squares += value * value
        }
        #expect(abs(sum / 100_000) < 0.02)
        #expect(abs(squares / 100_000 - 1) < 0.03)
    }

    @Test func indicesAreEven() {
        var generator = SeededGenerator(seed: 4)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[generator.index(below: 7)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    }

    @Test func shufflesKeepTheItems() {
        var generator = SeededGenerator(seed: 5)
        var items = Array(0..<50)
        generator.shuffle(&items)
        #expect(items != Array(0..<50))
        #expect(items.sorted() == Array(0..<50))
        var (none, one): ([Int], [Int]) = ([], [3])
        generator.shuffle(&none)
        generator.shuffle(&one)
        #expect(none.isEmpty && one == [3])
    }
}
