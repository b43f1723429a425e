import Formant
import Foundation
import Testing

/// What docs/recipes.md says of recipe documents.
@Suite struct RecipeDocumentTests {
    @Test(arguments: Recipe.names) func resolvedRecipesAreRecipes(name: String) throws {
        let facts = CorpusFacts(classes: 7, words: 50, sampleRate: 8_000)
        let resolved = try Recipe(name).resolved(facts)
        let document = try resolved.yaml()
        let again = try Recipe(yaml: document, origin: name).resolved(CorpusFacts(classes: 99, sampleRate: 44_100))
        #expect(try again.yaml() == document)
        #expect(again.training == resolved.training)
        // Numbers as people write them, letters as they are.
        #expect(!document.contains("99999") && !document.contains("00000") && !document.contains("\\x"))
    }

    @Test(arguments: Recipe.names) func theInspectedTextIsTheRecipe(name: String) throws {
        let recipe = try Recipe(name)
        let text = Inspection.recipe(try RecipeInspection(recipe)).text
        let facts = CorpusFacts(classes: 7, words: 50, sampleRate: 8_000)
        #expect(text.hasPrefix(recipe.yaml) && text.hasSuffix("\n") && !text.hasSuffix("#\n"))
        #expect(try Recipe(yaml: text, origin: name).resolved(facts).yaml() == recipe.resolved(facts).yaml())
    }

    @Test func everyLayerIsInTheDocument() throws {
        let document = try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "docs/recipes.md"), encoding: .utf8)
        let error = #expect(throws: RecipeError.self) {
            _ = try Recipe(yaml: "{text: {}, network: [zzzzzz]}", origin: "a test").resolved(CorpusFacts(classes: 2))
        }
        // The message for a name that is near none lists all kinds.
        let message = try #require(error).description
        let list = try #require(message.components(separatedBy: "expected one of ").last)
        let kinds = list.components(separatedBy: ", ")
        #expect(kinds.count > 20)
        for kind in kinds { #expect(document.contains("`\(kind)`"), "\(kind)") }
    }
}
