import FormantGo

extension GoFrontEnd {
    /// What people call what it takes.
    static let takes = "games of Go"

    /// The recipe for games without a wish.
    static let standardRecipe = "go-policy"
}
