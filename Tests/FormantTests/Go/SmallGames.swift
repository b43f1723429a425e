import Formant
import FormantTensor
import FormantTestSupport

/// A network for boards of 5 × 5 that trains in a moment.
let smallGoRecipe = """
    name: small
    summary: Small.
    go: {planes: lecture, size: 5, symmetries: false}
    network:
      - convolution: {filters: 8, kernel: 3, padding: same}
      - relu
      - convolution: {filters: 8, kernel: 3, padding: same}
      - relu
      - convolution: {filters: 1, kernel: 1}
      - flatten
    training: {epochs: 8, batch: 16, rate: 0.02}
    """

/// Games in which each stone goes to the right of the last one, or into the next row, with a pass in the middle.
func orderlyGames(_ count: Int, in folder: TemporaryFolder) throws -> String {
    for number in 0..<count {
        var text = "(;SZ[5]GN[\(number)]BR[\(1 + number % 3)k]WR[2d]"
        let start = number % 7
        for (turn, point) in (start..<25).enumerated() {
            let letters = [point % 5, point / 5].map { String(Unicode.Scalar(0x61 + UInt8($0))) }.joined()
            text += ";\(turn % 2 == 0 ? "B" : "W")[\(letters)]"
            if turn == 4 { text += ";W[];B[]" }
        }
        // 14 stones: the last row stays empty, so that each has a liberty when it is placed.
        let nodes = text.split(separator: ";").prefix(18)
        try folder.write("games/\(100 + number).sgf", nodes.joined(separator: ";") + ")")
    }
    return folder.path("games")
}

/// Trains on games.
/// - Parameter set: sets what else is asked for.
func trained(
    _ games: String, into run: String, threads: Int = 1, settings: [String] = [], observer: RunObserver = RunObserver(),
    set: (inout GoTrainingRequest) -> Void = { _ in }
) throws -> GoTrainingSummary {
    var request = GoTrainingRequest(
        games: games, output: run, recipe: try Recipe(yaml: smallGoRecipe, origin: "small").setting(settings))
    request.seed = 3
    set(&request)
    return try GoTrainingRun(request, pool: WorkerPool(threads: threads), observer: observer).run()
}
