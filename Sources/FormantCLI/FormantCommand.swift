import ArgumentParser
import Formant
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The command `formant`.
@main
struct FormantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "formant",
        abstract: "Train, evaluate and use convolutional networks for sound and sentences.",
        discussion: """
            From labelled recordings or sentences to a report and a classifier:

              formant train corpora/spoken-words --recipe kws-cnn --out run
              formant classify run some.wav other.flac

            Exit status: 0 all done; 3 some inputs failed and were named while the rest were done; 1 failed; 64 wrong usage.
            """,
        version: Version.current,
        subcommands: [
            Train.self, Tune.self, Evaluate.self, Compare.self, Classify.self, Explain.self, Visualize.self,
            Dream.self, Style.self, Features.self, Inspect.self, Cache.self, Bench.self,
        ])

    static func main() {
        // Ends without a word when what reads the output has seen enough, whatever the parent process does with SIGPIPE.
        signal(SIGPIPE, SIG_DFL)
        do {
            try checkSubcommand(CommandLine.arguments.dropFirst().first)
            var command = try parseAsRoot()
            try command.run()
        } catch let error as RecipeError {
            exit(withError: ValidationError("\(error)"))
        } catch let error as RunError {
            switch error {
            case .option, .setting: exit(withError: ValidationError("\(error)"))
            default: exit(withError: error)
            }
        } catch let error as InsightError {
            exit(withError: error.isUsage ? ValidationError("\(error)") : error)
        } catch {
            exit(withError: error)
        }
    }
}

extension FormantCommand {
    /// Throws where the first word is meant to be a subcommand and is none.
    private static func checkSubcommand(_ word: String?) throws {
        guard let word, !word.hasPrefix("-") else { return }
        let names = configuration.subcommands.map { $0._commandName } + ["help"]
        guard names.contains(word) else {
            throw ValidationError(UnknownName("subcommand", word, known: names).description)
        }
    }
}

/// The status of a command that did some of its inputs and named the others.
let someFailed = ExitCode(3)
