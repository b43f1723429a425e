import FormantAudio
import FormantPage
import FormantTensor

/// What the rows and columns of a matrix of features stand for.
struct FieldAxes: Sendable {
    /// One of the two.
    struct Axis: Sendable {
        /// What is measured: `frequency`, `time`, `row`.
        var name: String
        /// In what: `Hz`, `s`; empty for numbers.
        var unit: String
        /// The value of each row or column, ascending.
        var values: [Double]

        /// Rows or columns that are only counted.
        static func numbers(_ name: String, _ count: Int) -> Axis {
            Axis(name: name, unit: "", values: (0..<count).map(Double.init))
        }
    }

    /// Of the rows: the bands of a spectrogram from the lowest up, the rows of a picture from the top down.
    var rows: Axis
    /// Of the columns.
    var columns: Axis
    /// Whether row 0 is at the bottom.
    var rowsAscend = true

    /// Axes of a recording's features.
    /// - Parameters:
    ///   - shape: of the features; derivatives by time are channels of it.
    ///   - start: seconds at which the features begin.
    static func sound(_ frontEnd: AudioFrontEnd, _ shape: Shape, start: Double = 0) throws -> FieldAxes {
        let times = try frontEnd.frameTimes(shape.width).map { $0 + start }
        let columns = Axis(name: "time", unit: "s", values: times)
        guard let bands = try frontEnd.bandFrequencies(), bands.count == shape.height else {
            return FieldAxes(
                rows: .numbers(frontEnd.feature == .mfcc ? "coefficient" : "row", shape.height), columns: columns)
        }
        // A frame's energy has no frequency: it stands where its row is, just below or above the others.
        let known = bands.compactMap { $0 }
        let values = bands.enumerated().map { i, hertz in hertz ?? (i == 0 ? 0 : known.last! * 1.01) }
        return FieldAxes(rows: Axis(name: "frequency", unit: "Hz", values: values), columns: columns)
    }

    /// Axes of a picture, its rows from the top down.
    static func picture(_ shape: Shape) -> FieldAxes {
        FieldAxes(rows: .numbers("row", shape.height), columns: .numbers("column", shape.width), rowsAscend: false)
    }
}

extension FieldAxes.Axis {
    /// Round values with the place of each among the rows, in rows from the middle of the first.
    /// - Parameter count: about how many.
    func ticks(_ count: Int) -> [(place: Double, text: String)] {
        guard let first = values.first, let last = values.last, last > first else { return [] }
        // Bands at equal distances of pitch get round numbers at about equal distances of it.
        let isEven = values.count < 3 || (values[1] - first) * 2 > last - values[values.count - 2]
        if isEven {
            let ticks = AxisTicks(covering: first...last, count: count, whole: unit.isEmpty)
            return ticks.values.filter { $0 >= first && $0 <= last }.map { (place(of: $0), ticks.text($0)) }
        }
        var result: [(place: Double, text: String)] = []
        let gap = Double(values.count) / Double(count + 2)
        for round in [50.0, 100, 200, 500, 1000, 2000, 3000, 4000, 6000, 8000, 10_000, 16_000, 20_000] {
            guard round >= first, round <= last else { continue }
            let place = place(of: round)
            if let before = result.last, place - before.place < gap { continue }
            result.append((place, NumberText.fixed(round, places: 0)))
        }
        return result
    }

    private func place(of value: Double) -> Double {
        let next = values.firstIndex { $0 >= value } ?? values.count - 1
        guard next > 0, values[next] > values[next - 1] else { return Double(next) }
        return Double(next) - (values[next] - value) / (values[next] - values[next - 1])
    }
}
