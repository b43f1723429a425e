/// The version of Formant.
public enum Version {
    /// Semantic version, as in `docs/CHANGELOG.md`.
    public static let current = "0.1.0"
}
