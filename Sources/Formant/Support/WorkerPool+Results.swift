import FormantTensor

extension WorkerPool {
    /// What `body` makes of each of so many items, or what it throws, in their order; dealt out one by one, as they may take
    /// very different times.
    func results<Value>(of count: Int, _ body: (Int) throws -> Value) -> [Result<Value, any Error>] {
        var results = [Result<Value, any Error>?](repeating: nil, count: count)
        results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results  // each written by one worker
            forEach(count) { i, _ in results[i] = Result { try body(i) } }
        }
        return results.map { $0! }
    }
}
