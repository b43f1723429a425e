import FormantOperators

/// What a plan is for.
public struct Purpose: Hashable, Sendable {
    /// Examples that go through at once.
    public var batch: Int
    /// Whether batch norm uses the batch's statistics and dropout drops.
    public var trains: Bool
    /// Whether gradients of the trained parameters are wanted.
    public var parameterGradients: Bool
    /// Whether the gradient of the input is wanted.
    public var inputGradient: Bool
    /// Whether operators are fused. Off only to check that fusing changes nothing.
    public var fuses: Bool
    /// Names of nodes whose outputs, and their gradients, are still there when a run has ended. Names that the network has
    /// not are passed over.
    public var watched: Set<String> = []
    /// How ReLUs pass the gradient back.
    public var rectifiers = RectifierRule.derivative
    /// Whether one thread runs the plan alone, so that its operators need not be shared out.
    package var runsAlone = false

    /// Whether there is a backward pass.
    public var hasBackward: Bool { parameterGradients || inputGradient }

    init(batch: Int, trains: Bool, parameterGradients: Bool, inputGradient: Bool, fuses: Bool) {
        self.batch = batch
        self.trains = trains
        self.parameterGradients = parameterGradients
        self.inputGradient = inputGradient
        self.fuses = fuses
    }

    /// Forward and backward pass in training.
    public static func training(batch: Int) -> Purpose {
        Purpose(batch: batch, trains: true, parameterGradients: true, inputGradient: false, fuses: true)
    }

    /// Forward pass only.
    public static func inference(batch: Int) -> Purpose {
        Purpose(batch: batch, trains: false, parameterGradients: false, inputGradient: false, fuses: true)
    }

    /// Forward pass as at inference, and the gradient by the input: what explains a decision.
    public static func inputGradient(batch: Int) -> Purpose {
        Purpose(batch: batch, trains: false, parameterGradients: false, inputGradient: true, fuses: true)
    }

    /// The same without fusing.
    public var unfused: Purpose {
        var purpose = self
        purpose.fuses = false
        return purpose
    }
}
