import FormantNetwork

/// How an input is changed so that an activation grows, and what it is kept from.
///
/// Inputs are meant in shares of their range, 0 … 1. The penalties are weighed against the gradient of the activation
/// where the search begins: a value of 1 is as strong as a pixel's root mean square gradient there, so that one setting
/// does for filters, neurons and classes of any network.
public struct AscentOptions: Hashable, Sendable, Codable {
    /// What is moved.
    public enum Parameterisation: String, Hashable, Sendable, Codable {
        /// The values themselves, kept in their range.
        case values
        /// The amplitudes of cosine waves along frequency and time, each divided by its frequency, so that coarse shapes come
        /// before fine ones; a logistic function keeps the sum in its range. After Olah, Mordvintsev & Schubert 2017,
        /// "Feature Visualization", with the cosine transform in place of Fourier's.
        case waves
    }

    /// Steps of Adam, 1 … 10,000.
    public var steps = 256
    /// How far a step moves a value, above 0, at most 1.
    public var rate: Float = 0.02
    /// Weight of Σ|xᵢⱼ|, the distance of all values from where there is nothing; 0: none.
    public var penalty: Float = 0
    /// Weight of the total variation, Σ √(horizontal² + vertical difference²); 0: none. Mahendran & Vedaldi 2015,
    /// "Understanding Deep Image Representations by Inverting Them", section 3.
    public var totalVariation: Float = 0
    /// Most rows and columns by which the input is moved before each step, so that nothing is at home on one grid.
    public var jitter: Pair<Int> = 0
    /// Standard deviation in rows and columns of the blur that the first steps look through; it shrinks to none at the last.
    public var blur: Float = 0
    /// What is moved.
    public var parameterisation = Parameterisation.values

    /// Gradient ascent with nothing beside it.
    public init() {}

    /// Options by name.
    public enum Preset: String, Hashable, Sendable, Codable, CaseIterable {
        /// The activation alone: argmax a.
        case plain
        /// With the lecture's penalty: argmax a − Σ|xᵢⱼ|.
        case penalty
        /// Penalty, total variation, jitter and a shrinking blur.
        case smooth
        /// Waves, with penalty, total variation and jitter.
        case waves

        /// What it stands for.
        public var options: AscentOptions {
            var options = AscentOptions()
            switch self {
            case .plain: break
            case .penalty: options.penalty = 1
            case .smooth:
                options.penalty = 0.35
                options.totalVariation = 0.5
                options.jitter = 2
                options.blur = 1.5
            case .waves:
                options.parameterisation = .waves
                options.rate = 0.05
                options.penalty = 0.25
                options.totalVariation = 0.15
                options.jitter = 2
            }
            return options
        }
    }
}
