import FormantGo
import FormantNetwork

extension Recipe {
    /// The recipe, which must be one for Go whose network ends in the points of the board.
    func resolvedForGo() throws(RecipeError) -> (recipe: ResolvedRecipe, frontEnd: GoFrontEnd, network: BoundNetwork) {
        // The size of the board, which a network may be written by, stands in the recipe itself.
        guard case .go(let frontEnd) = try self.resolved(CorpusFacts(classes: 361)).input else {
            throw .modality(recipe: name, takes: try takes(), found: "games of Go")
        }
        let resolved = try self.resolved(CorpusFacts(classes: frontEnd.labels.count))
        return (resolved, frontEnd, try resolved.bound(input: frontEnd.shape, classes: frontEnd.labels.count))
    }
}
