import FormantGo
import FormantNetwork
import FormantTensor

/// A trained network as a policy: how likely each legal point is by the softmax over them.
public final class NetworkPolicy: Policy {
    /// The recipe of the network, and the version of the program that trained it.
    public let name: String
    private let frontEnd: GoFrontEnd
    private let predictor: Predictor
    /// The ways in which it sees a board.
    private let symmetries: [Symmetry]

    /// Creates a policy.
    /// - Parameter ensemble: whether it sees each board in all eight ways and takes the mean of what it says.
    /// - Throws: `ClassifierError.modality` for a model of something else than Go.
    public init(_ model: Model, ensemble: Bool = false, pool: WorkerPool) throws(ClassifierError) {
        guard case .go(let frontEnd) = model.frontEnd else {
            throw .modality(takes: model.frontEnd.takes, given: "games of Go")
        }
        name = "\(model.provenance.recipe) \(model.provenance.version)"
        self.frontEnd = frontEnd
        symmetries = ensemble ? Symmetry.all : [Symmetry.all[0]]
        predictor = Predictor(network: model.network, parameters: model.parameters, pool: pool)
    }

    /// On boards of the size that it learned.
    public func plays(size: Int) -> Bool { size == frontEnd.size }

    /// Probabilities: 0 where no stone may be placed, and all 0 where none may be.
    public func weights(for position: Position) throws -> [Float] { try weights(for: [position])[0] }

    /// Probabilities for several positions, each of the network's size, in one go.
    func weights(for positions: [Position]) throws -> [[Float]] {
        let ways = symmetries.count
        let outputs = try predictor.outputs(count: positions.count * ways, shape: frontEnd.shape) { index, input in
            frontEnd.planes.write(positions[index / ways], symmetries[index % ways], into: input)
        }
        return positions.enumerated().map { index, position in
            let legal = position.legalPoints
            var mean = [Float](repeating: 0, count: legal.count)
            for (way, symmetry) in symmetries.enumerated() {
                let output = outputs[index * ways + way]
                let logits = symmetry.table(size: frontEnd.size).map { output[$0] }
                let points = legal.indices.filter { legal[$0] && logits[$0].isFinite }
                let scores = Model.Scoring.softmax.scores(points.map { logits[$0] })
                for (point, score) in zip(points, scores) { mean[point] += score / Float(ways) }
            }
            return mean
        }
    }
}
