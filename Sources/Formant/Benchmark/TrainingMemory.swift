import FormantNetwork
import FormantTensor

extension Benchmark {
    /// What training a network takes of the memory.
    public struct TrainingMemory: Encodable, Sendable {
        let fw = "formant"
        let threads: Int
        /// The network.
        public let model: String
        /// Examples of its batch.
        public let batch: Int
        /// The most that the process held before it began, in bytes.
        public let startBytes: Int
        /// The most that it held after some training steps.
        public let peakBytes: Int
    }

    /// Trains for some steps and looks up the most memory that this process has held: a process that did nothing else
    /// before.
    public func memory(_ reference: ReferenceNetwork) throws -> TrainingMemory {
        let start = Machine.peakMemory
        _ = try train(reference, runs: 3)
        return TrainingMemory(
            threads: pool.threads, model: reference.name, batch: reference.batch, startBytes: start,
            peakBytes: Machine.peakMemory)
    }
}
