/// A way to say which parts of an input count for an output of a network.
public enum ExplanationMethod: String, CaseIterable, Hashable, Sendable {
    /// |∂y/∂x| (Simonyan, Vedaldi & Zisserman 2014, "Deep inside convolutional networks", section 3).
    case saliency
    /// x · ∂y/∂x (Shrikumar et al. 2016, "Not just a black box").
    case gradientTimesInput = "gradient-x-input"
    /// The gradient's mean over inputs with noise (Smilkov et al. 2017, "SmoothGrad").
    case smoothGradient = "smoothgrad"
    /// (x − x′) · the gradient's mean on the straight way from a baseline x′ to x (Sundararajan, Taly & Yan 2017, "Axiomatic
    /// attribution for deep networks"); what it says adds up to y(x) − y(x′).
    case integratedGradients = "integrated-gradients"
    /// The gradient, where ReLUs pass only what is above 0 both ways (Springenberg et al. 2015, "Striving for simplicity").
    case guidedBackpropagation = "guided-backprop"
    /// The maps of a convolution, weighed by their mean gradients, where the sum is above 0 (Selvaraju et al. 2017,
    /// "Grad-CAM").
    case gradCAM = "grad-cam"
    /// How far y falls when a part is taken away (Zeiler & Fergus 2014, "Visualizing and understanding convolutional
    /// networks", section 4.2).
    case occlusion

    /// Whether it tells what speaks for an output from what speaks against it.
    public var isSigned: Bool {
        switch self {
        case .gradientTimesInput, .integratedGradients, .occlusion: true
        case .saliency, .smoothGradient, .guidedBackpropagation, .gradCAM: false
        }
    }
}
