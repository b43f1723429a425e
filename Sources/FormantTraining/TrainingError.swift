/// Why training cannot go on.
public enum TrainingError: Error, Sendable, CustomStringConvertible {
    /// There is nothing to train on.
    case noExamples
    /// A target is of the wrong kind for the loss, or outside its classes.
    case target(loss: String, target: Target, outputs: Int)
    /// The loss is no longer a finite number.
    case diverged(epoch: Int, step: Int, loss: Double, rate: Float)
    /// The loss was a number, but its gradient by a parameter is none, or the step left weights that are none.
    case divergedGradient(epoch: Int, step: Int, parameter: String, rate: Float)
    /// A state to go on from is not one of this training.
    case state(reason: String)
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
                + TrainingError.advice
        case .divergedGradient(let epoch, let step, let parameter, let rate):
            "training diverged: the gradient of \(parameter) is no finite number in epoch \(epoch), step \(step), at a "
                + "learning rate of \(rate); " + TrainingError.advice
        case .state(let reason): "not a state of this training: \(reason)"
        case .setting(let name, let value, let expected): "\(name) is \(value); expected \(expected)"
        case .output(let found): "the network's output is \(found); expected one position (flatten or pool before it)"
        }
    }

    /// What helps against divergence.
    private static let advice =
        "try a smaller rate, a warm-up, or clip the gradient (training.rate, training.schedule, training.clip), and look "
        + "for inputs that are no numbers"

    /// Whether training gave values that are no numbers.
    var isDivergence: Bool {
        switch self {
        case .diverged, .divergedGradient: true
        default: false
        }
    }
}
