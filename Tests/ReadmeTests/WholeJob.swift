import Formant
import FormantTensor

/// Trains on a corpus, writes the run folder and classifies a sentence with what was learned.
func train(on corpus: String, into run: String, thenClassify sentence: String) throws -> Classifier.Result {
    let recipe = try Recipe("kim-rand").setting(["training.epochs=3"])
    let request = TrainingRequest(corpus: corpus, output: run, recipe: recipe)
    let summary = try TrainingRun(request, pool: WorkerPool()).run()
    print("right in the test part: \(summary.test?.accuracy ?? 0)")
    return try Classifier(Model(path: run)).classify(text: sentence)
}
