import ArgumentParser

/// What a recipe is changed by: the options of every command that trains.
struct SettingArguments: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a setting of the recipe, such as training.rate=0.01.", valueName: "KEY=VALUE"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("Epochs at most; short for --set training.epochs=N.", valueName: "N"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Seed of all chance.", valueName: "N"))
    var seed: UInt64 = 1

    func validate() throws {
        if let epochs, epochs < 1 { throw ValidationError("--epochs \(epochs): expected 1 or more") }
    }

    /// The settings of the recipe.
    var all: [String] { settings + (epochs.map { ["training.epochs=\($0)"] } ?? []) }
}
