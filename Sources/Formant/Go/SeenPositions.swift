import FormantTraining
import Synchronization

/// Counts the positions of the epochs that are in the history; an epoch that was cut short and does not count is left out.
final class SeenPositions: Sendable {
    private let batch: Int
    private let epoch: Int
    private let counts: Mutex<(ofHistory: Int, soFar: Int)>

    /// - Parameters:
    ///   - saved: where an earlier process stood.
    ///   - batch: positions of a batch.
    ///   - epoch: positions of an epoch.
    init(_ saved: TrainingState?, batch: Int, epoch: Int) {
        (self.batch, self.epoch) = (batch, epoch)
        // What a file says of itself may be any number.
        func sane(_ count: Int) -> Int { min(max(0, count), 1 << 31) }
        let batches = saved.map { sane(sane($0.progress.batches) - sane($0.progress.step)) } ?? 0
        let batchesOfEpoch = (epoch + batch - 1) / batch
        let (epochs, rest) = batches.quotientAndRemainder(dividingBy: batchesOfEpoch)
        let done = epochs * epoch + min(rest * batch, epoch)
        counts = Mutex((done, done))
    }

    var count: Int { counts.withLock { $0.ofHistory } }

    /// An observer that counts and tells another one.
    func counting(for other: RunObserver) -> RunObserver {
        var observer = other
        observer.step = { progress in
            self.counts.withLock {
                $0.soFar = (progress.epoch - 1) * self.epoch + min(progress.step * self.batch, self.epoch)
            }
            other.step(progress)
        }
        observer.epoch = { record in
            self.counts.withLock { $0.ofHistory = $0.soFar }
            other.epoch(record)
        }
        return observer
    }
}
