/// Why training cannot go on.
public enum TrainingError: Error, Sendable, CustomStringConvertible {
    /// There is nothing to train on.
    case noExamples
    /// A target is of the wrong kind for the loss, or outside its classes.
    case target(loss: String, target: Target, outputs: Int)
    /// The loss is no longer a finite number.
    case diverged(epoch: Int, step: Int, loss: Double, rate: Float)
    /// A setting is out of its range.
    case setting(name: String, value: String, expected: String)
    /// The network gives more than one position.
    case output(found: String)

    /// What was done, expected and found.
    public var description: String {
        switch self {
        case .noExamples: "there are no examples to train on"
        case .target(let loss, let target, let outputs):
            "\(loss) over \(outputs) outputs cannot take the target \(target)"
        case .diverged(let epoch, let step, let loss, let rate):
            "training diverged: the loss is \(loss) in epoch \(epoch), step \(step), at a learning rate of \(rate); "
                + "try a smaller rate, or clip the gradient"
        case .setting(let name, let value, let expected): "\(name) is \(value); expected \(expected)"
        case .output(let found): "the network's output is \(found); expected one position (flatten or pool before it)"
        }
    }
}
