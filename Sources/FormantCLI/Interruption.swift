import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether the user has asked to stop (control-C). The second time the program ends at once.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    /// What is interrupted.
    enum Work {
        /// A training, of which the best epoch so far stays.
        case training
        /// What gives nothing before its end.
        case whole
        /// A stream, whose end it is. Also when the program is asked to end (SIGTERM).
        case stream
        /// A dream or a transfer of style, of which the best so far stays.
        case picture
    }

    /// Begins to listen.
    static func listen(_ work: Work = .training) {
        switch work {
        case .training:
            signal(SIGINT) { _ in
                Interruption.stop(saying: "\nstopping: what was learned is kept; once more ends at once\n")
            }
        case .whole:
            signal(SIGINT) { _ in
                Interruption.stop(saying: "\nstopping: nothing is kept; once more ends at once\n")
            }
        case .picture:
            signal(SIGINT) { _ in
                Interruption.stop(saying: "\nstopping: the best so far is kept; once more ends at once\n")
            }
        case .stream:
            for number in [SIGINT, SIGTERM] {
                signal(number) { number in
                    Interruption.asked.store(true, ordering: .relaxed)
                    signal(number, SIG_DFL)
                }
            }
        }
    }

    /// What a signal does that comes for the first time.
    private static func stop(saying words: StaticString) {
        asked.store(true, ordering: .relaxed)
        _ = write(2, words.utf8Start, words.utf8CodeUnitCount)
        signal(SIGINT, SIG_DFL)
    }

    /// Whether to stop.
    static var isRequested: Bool { asked.load(ordering: .relaxed) }
}
