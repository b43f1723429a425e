import CFFTW
import Synchronization

/// A plan of FFTW. Executing it is re-entrant; making and destroying plans is not, and is done by one thread at a time.
final class FourierPlan: @unchecked Sendable {
    let pointer: fftwf_plan

    private struct Planned: @unchecked Sendable { let pointer: fftwf_plan }

    private static let planning = Mutex(())

    /// - Throws: `AudioError.optionInvalid` where FFTW has no plan for the size.
    init(size: Int, _ make: () -> fftwf_plan?) throws(AudioError) {
        let planned = FourierPlan.planning.withLock { _ in make().map { Planned(pointer: $0) } }
        guard let planned else {
            throw .optionInvalid(option: "fftSize", found: "\(size)", expected: "a size that FFTW can plan")
        }
        pointer = planned.pointer
    }

    deinit {
        let planned = Planned(pointer: pointer)
        FourierPlan.planning.withLock { _ in fftwf_destroy_plan(planned.pointer) }
    }
}
