/// What a ReLU hands back to its input. Only the derivative gives a gradient; the others give pictures of what a network
/// looked at.
public enum RectifierRule: String, Codable, Hashable, Sendable, CaseIterable {
    /// The gradient, where the input was positive.
    case derivative
    /// What is positive of the gradient, wherever the input stood. Zeiler & Fergus 2014, "Visualizing and Understanding
    /// Convolutional Networks", section 2.1.
    case deconvolution
    /// What is positive of the gradient, where the input was positive. Springenberg et al. 2015, "Striving for Simplicity",
    /// section 3.4.
    case guided
}
