import FormantTensor

/// What turns a position into what a network takes, and its outputs into moves: stored in the model.
public struct GoFrontEnd: Hashable, Sendable, Codable {
    /// What the network sees.
    public var planes: PlaneSet
    /// Size of the board, `GameRecord.sizes`.
    public var size: Int
    /// Whether training shows each position turned and mirrored in one of eight ways, by chance.
    public var symmetries: Bool

    /// Creates a front end.
    public init(planes: PlaneSet = .alphago, size: Int = 19, symmetries: Bool = true) {
        self.planes = planes
        self.size = size
        self.symmetries = symmetries
    }

    /// The shape that the network gets: planes, rows, columns.
    public var shape: Shape { Shape(channels: planes.count, height: size, width: size) }

    /// What its outputs stand for: the points of the board by name, row by row from the upper left corner.
    public var labels: [String] { (0..<size * size).map { Vertex.name(of: $0, size: size) } }

    private enum CodingKeys: String, SettingsKey { case planes, size, symmetries }

    /// Reads the settings of `go`.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "go", keyedBy: CodingKeys.self)
        planes = try settings.name(.planes, default: .alphago)
        size = try settings.decode(.size, default: 19)
        symmetries = try settings.decode(.symmetries, default: true)
        guard GameRecord.sizes.contains(size) else {
            let range = GameRecord.sizes
            throw DecodingError.refused(
                "size is \(size); expected \(range.lowerBound) to \(range.upperBound)",
                at: decoder.codingPath + [CodingKeys.size])
        }
    }
}
