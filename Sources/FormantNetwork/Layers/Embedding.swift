import FormantOperators
import FormantTensor

/// Looks ids up in a table: 1×height×width gives dimension×height×width. The ids of a sentence are 1×1×words.
///
/// Row 0 is padding and stays zero; an id outside the table reads row 1, the unknown word. Parameter: `weight`
/// [rows, dimension].
public struct Embedding: Layer, Codable {
    /// Words in the table, padding and unknown included.
    public var rows: Int
    /// Values per word.
    public var dimension: Int
    /// Whether training moves the table.
    public var trained: Bool

    /// The key in a description.
    public var kind: String { "embedding" }

    /// Creates an embedding.
    public init(rows: Int, dimension: Int, trained: Bool = true) {
        self.rows = rows
        self.dimension = dimension
        self.trained = trained
    }

    enum CodingKeys: String, SettingsKey { case rows, dimension, trained }

    /// Reads the settings of `embedding`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "embedding", keyedBy: CodingKeys.self)
        self.init(
            rows: try decoder.size(settings, .rows),
            dimension: try decoder.size(settings, .dimension),
            trained: try settings.decode(.trained, default: true))
    }

    /// The layer on one input.
    public func bind(to inputs: [Shape]) throws(LayerError) -> LayerBinding {
        let input = try single(inputs)
        guard input.channels == 1 else { throw .shape(expected: "ids of 1×height×width", found: input) }
        try check("rows", rows, in: 2...largestExtent, "2 or more")
        try check("dimension", dimension, in: 1...65_536, "1 to 65536")
        try checkSize("its table", [rows, dimension])
        try checkSize("its output", [dimension, input.height, input.width])
        let (rows, dimension) = (rows, dimension)
        let output = Shape(channels: dimension, height: input.height, width: input.width)
        var binding = LayerBinding(output: output) { batch in
            FormantOperators.Embedding(
                batch: batch, ids: input, rows: rows, dimension: dimension, padding: 0, unknown: 1)
        }
        binding.parameters = [
            ParameterSpecification(
                name: "weight", extents: [rows, dimension], role: trained ? .trained : .frozen,
                initialiser: .lookup(bound: 0.25), isLookedUp: true)
        ]
        return binding
    }
}
