import ArgumentParser
import Formant

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
        subcommands: [Train.self, Evaluate.self, Classify.self, Features.self, Inspect.self, Bench.self])

    static func main() {
        // Ends without a word when what reads the output has seen enough, whatever the parent process does with SIGPIPE.
        signal(SIGPIPE, SIG_DFL)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as RecipeError {
            exit(withError: ValidationError("\(error)"))
        } catch RunError.option(let name, let value, let expected) {
            exit(withError: ValidationError("\(RunError.option(name: name, value: value, expected: expected))"))
        } catch {
            exit(withError: error)
        }
    }
}

/// The status of a command that did some of its inputs and named the others.
let someFailed = ExitCode(3)
