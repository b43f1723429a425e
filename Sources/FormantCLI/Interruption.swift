import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether the user has asked to stop (control-C). The second time the program ends at once.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    /// Begins to listen.
    static func listen() {
        signal(SIGINT) { _ in
            Interruption.asked.store(true, ordering: .relaxed)
            signal(SIGINT, SIG_DFL)
        }
    }

    /// Whether to stop.
    static var isRequested: Bool { asked.load(ordering: .relaxed) }
}
