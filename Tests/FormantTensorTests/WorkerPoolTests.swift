import FormantTensor
import Synchronization
import Testing

/// A sum that several threads add to.
private final class Total: Sendable {
    private let sum = Atomic<Int>(0)
    var value: Int { sum.load(ordering: .relaxed) }
    func add(_ number: Int) { sum.wrappingAdd(number, ordering: .relaxed) }
}

@Suite struct WorkerPoolTests {
    @Test(arguments: [1, 2, 3, 8])
    func everyIterationRunsOnce(threads: Int) {
        let pool = WorkerPool(threads: threads)
        for count in [0, 1, 2, 3, 7, 64, 1_000] {
            for _ in 0..<50 {
                var runs = [Int](repeating: 0, count: count)
                var workers = [Int](repeating: -1, count: count)
                runs.withUnsafeMutableBufferPointer { runs in
                    workers.withUnsafeMutableBufferPointer { workers in
                        nonisolated(unsafe) let (runs, workers) = (runs, workers)  // each written by one worker
                        pool.forEach(count) { i, worker in
                            runs[i] += 1
                            workers[i] = worker
                        }
                    }
                }
                #expect(runs.allSatisfy { $0 == 1 })
                #expect(workers.allSatisfy { (0..<pool.threads).contains($0) })
            }
        }
    }

    @Test func manyShortLoopsFollowEachOther() {
        let pool = WorkerPool(threads: 4)
        let total = Total()
        for round in 0..<20_000 {
            pool.forEach(2 + round % 5) { i, _ in total.add(i) }
        }
        let expected = (0..<20_000).reduce(0) { sum, round in sum + (0..<(2 + round % 5)).reduce(0, +) }
        #expect(total.value == expected)
    }

    @Test func aLoopInsideALoopRuns() {
        let pool = WorkerPool(threads: 3)
        let total = Total()
        pool.forEach(20) { _, _ in
            pool.forEach(10) { i, _ in total.add(i) }
        }
        #expect(total.value == 20 * 45)
    }

    @Test func severalThreadsMayUseOnePool() async {
        let pool = WorkerPool(threads: 2)
        let total = Total()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<200 { pool.forEach(9) { i, _ in total.add(i) } }
                }
            }
        }
        #expect(total.value == 4 * 200 * 36)
    }

    @Test func poolsComeAndGo() {
        for _ in 0..<200 {
            let pool = WorkerPool(threads: 3)
            let total = Total()
            pool.forEach(5) { i, _ in total.add(i) }
            #expect(total.value == 10)
        }
    }

    @Test func rangesCoverAllOnce() {
        let pool = WorkerPool(threads: 2)
        for (count, grain) in [(0, 5), (1, 5), (5, 5), (6, 5), (103, 10)] {
            var runs = [Int](repeating: 0, count: count)
            runs.withUnsafeMutableBufferPointer { runs in
                nonisolated(unsafe) let runs = runs  // ranges are disjoint
                pool.forRanges(of: count, grain: grain) { range, _ in
                    for i in range { runs[i] += 1 }
                }
            }
            #expect(runs.allSatisfy { $0 == 1 })
        }
    }
}
