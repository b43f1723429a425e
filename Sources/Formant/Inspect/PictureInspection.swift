import FormantImage

/// A picture: what its header says and how bright it is.
public struct PictureInspection: Encodable, Sendable {
    /// The values of one channel, 0 … 1.
    struct Channel: Encodable, Sendable {
        var name: String
        var lowest: Float
        var highest: Float
        var mean: Float
        var deviation: Float
    }

    let kind = "picture"
    let path: String
    let format: String
    let width: Int
    let height: Int
    let channels: [Channel]

    init(path: String) throws {
        let info = try Picture.probe(path)
        let picture = try Picture.read(path)
        self.path = path
        format = info.format.rawValue
        width = picture.width
        height = picture.height
        let area = picture.width * picture.height
        channels = (picture.isGrey ? ["grey"] : ["red", "green", "blue"]).enumerated().map { number, name in
            let values = picture.values[number * area..<(number + 1) * area]
            let mean = values.reduce(0.0) { $0 + Double($1) } / Double(area)
            let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(area)
            return Channel(
                name: name, lowest: values.min() ?? 0, highest: values.max() ?? 0, mean: Float(mean),
                deviation: Float(variance.squareRoot()))
        }
    }

    var text: String {
        let facts = [["picture", path], ["format", format], ["size", "\(width) × \(height) pixels"]]
        let rows = channels.map { channel in
            [channel.name]
                + [channel.lowest, channel.highest, channel.mean, channel.deviation].map { Double($0).digits(4) }
        }
        return TextTable.text(facts) + "\n"
            + TextTable.text(
                [["channel", "lowest", "highest", "mean", "deviation"]] + rows, rightAligned: [1, 2, 3, 4])
    }
}
