import FormantTensorBoard
import FormantTraining

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The figures of each epoch, for TensorBoard. Where they cannot be written, training goes on without them.
final class TensorBoardLog: Sendable {
    private let file: EventFile?
    private let choice: TrainingOptions.Choice
    private let observer: RunObserver

    /// Begins a file in place of an earlier one.
    /// - Parameter history: epochs that an earlier process did; they are told again, as of the times at which they ended
    ///   had there been no break.
    init(
        in folder: RunFolder, after history: [FormantTraining.EpochRecord], choice: TrainingOptions.Choice,
        _ observer: RunObserver
    ) {
        self.choice = choice
        self.observer = observer
        let now = Date().timeIntervalSince1970
        var time = now - history.reduce(0) { $0 + $1.seconds }
        do { file = try EventFile(folder: folder.path, time: time) } catch {
            observer.warning("nothing for TensorBoard: \(error)")
            file = nil
        }
        for record in history {
            time += record.seconds
            write(record, time: time)
        }
    }

    /// Adds an epoch.
    func add(_ record: FormantTraining.EpochRecord) { write(record, time: Date().timeIntervalSince1970) }

    private func write(_ record: FormantTraining.EpochRecord, time: Double) {
        var figures = [("loss/train", record.trainLoss)]
        if let loss = record.validationLoss { figures.append(("loss/validation", loss)) }
        if let accuracy = record.validationAccuracy { figures.append(("accuracy/validation", accuracy)) }
        if let figure = record.validationFigure { figures.append(("\(choice.rawValue)/validation", figure)) }
        figures.append(("learning_rate", Double(record.rate)))
        figures.append(("seconds", record.seconds))
        do { try file?.write(figures.map { (name: $0.0, value: $0.1) }, step: record.epoch, time: time) } catch {
            observer.warning("TensorBoard misses epoch \(record.epoch): \(error)")
        }
    }
}
