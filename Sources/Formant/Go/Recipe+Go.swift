import FormantGo
import FormantNetwork

extension Recipe {
    /// The recipe, which must be one for Go whose network ends in the points of the board.
    func resolvedForGo() throws(RecipeError) -> (recipe: ResolvedRecipe, frontEnd: GoFrontEnd, network: BoundNetwork) {
        let resolved = try self.resolved(CorpusFacts(classes: 2))
        guard case .go(let frontEnd) = resolved.input else {
            throw .modality(recipe: name, takes: resolved.input.takes, found: GoFrontEnd.takes)
        }
        return (resolved, frontEnd, try resolved.bound(input: frontEnd.shape, classes: frontEnd.labels.count))
    }
}
