import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A few parked threads that run the iterations of a loop.
///
/// Iterations are handed out one by one, so which thread runs which is left to chance; what is computed must not
/// depend on it. Callers split their work by its size alone, never by the number of threads, and add partial sums in
/// the order of their indices: the result is then the same bytes for any number of threads.
public final class WorkerPool: Sendable {
    /// Threads that work on a loop, the caller included.
    public let threads: Int

    private let shared: Shared

    /// Starts `threads − 1` workers.
    /// - Parameter threads: at least 1; by default one per processor that this process may use.
    public init(threads: Int = WorkerPool.processorCount) {
        precondition(threads >= 1, "a pool needs at least one thread")
        shared = Shared()
        for worker in 1..<max(1, threads) {
            guard shared.startWorker(worker) else { break }  // the system has no more: go on with fewer
        }
        self.threads = 1 + shared.workers
    }

    deinit { shared.stop() }

    /// Number of processors that are online.
    public static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Calls `body` once for each index in 0 ..< `count`, on all threads, and returns when all are done.
    ///
    /// A loop inside a loop, or one of another thread while the pool is at work, runs on the calling thread alone.
    /// - Parameter body: receives the index, and the number of the worker that runs it, 0 ..< `threads`, for scratch
    ///   memory of its own.
    public func forEach(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
        guard threads > 1, count > 1, shared.claim() else {
            for i in 0..<max(0, count) { body(i, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { shared.run(count: count, body: $0) }
        }
        shared.release()
    }

    /// Splits 0 ..< `count` into ranges of `grain` (the last may be shorter) and calls `body` once for each.
    public func forRanges(of count: Int, grain: Int, _ body: (_ range: Range<Int>, _ worker: Int) -> Void) {
        precondition(grain > 0)
        forEach((count + grain - 1) / grain) { i, worker in
            body(i * grain..<min(count, (i + 1) * grain), worker)
        }
    }
}

/// What the caller and the workers share. Not the pool itself, so that the pool can end while workers still hold it.
///
/// A loop ends when all its iterations have ended; the caller does not wait for workers that were too late to get one.
/// For that, `ticket` holds the number of the loop in its upper half and the next iteration in its lower half: a worker
/// gets an iteration by counting the ticket up, which fails once another loop has begun.
private final class Shared: @unchecked Sendable {
    typealias Body = UnsafePointer<(Int, Int) -> Void>

    private(set) var workers = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let busy = Atomic<Bool>(false)
    private let ticket = Atomic<UInt64>(0)
    private let completed = Atomic<Int>(0)

    // Guarded by `mutex`.
    private var loop: UInt64 = 0
    private var stopping = false
    private var parked = 0
    private var callerWaits = false
    private var count = 0
    private var body: Body?

    /// How often a thread looks again before it parks: loops follow each other closely, and waking takes longer.
    private static let patience = 4_000

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
        pthread_cond_init(done, nil)
    }

    deinit {
        pthread_cond_destroy(done)
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(mutex)
        done.deallocate()
        wake.deallocate()
        mutex.deallocate()
    }

    func claim() -> Bool { busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged }

    func release() { busy.store(false, ordering: .releasing) }

    func run(count: Int, body: Body) {
        completed.store(0, ordering: .relaxed)
        pthread_mutex_lock(mutex)
        loop = (loop + 1) & 0xffff_ffff
        self.count = count
        self.body = body
        callerWaits = false
        let current = loop
        ticket.store(current << 32, ordering: .releasing)
        if parked > 0 { pthread_cond_broadcast(wake) }
        pthread_mutex_unlock(mutex)

        drain(current, count, body, worker: 0)
        for _ in 0..<Shared.patience where completed.load(ordering: .acquiring) < count { pause() }
        guard completed.load(ordering: .acquiring) < count else { return }
        pthread_mutex_lock(mutex)
        callerWaits = true
        while completed.load(ordering: .acquiring) < count { pthread_cond_wait(done, mutex) }
        pthread_mutex_unlock(mutex)
    }

    private func drain(_ current: UInt64, _ count: Int, _ body: Body, worker: Int) {
        var seen = ticket.load(ordering: .acquiring)
        while seen >> 32 == current, Int(seen & 0xffff_ffff) < count {
            let (exchanged, original) = ticket.weakCompareExchange(
                expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
            guard exchanged else {
                seen = original
                continue
            }
            call(body, Int(seen & 0xffff_ffff), worker)
            // The loop may end with this: nothing of it is touched any more.
            if completed.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == count, worker != 0 {
                tellCaller()
            }
            seen = ticket.load(ordering: .acquiring)
        }
    }

    /// Not inlined, so that no reference to the closure outlives the iteration.
    @inline(never)
    private func call(_ body: Body, _ index: Int, _ worker: Int) { body.pointee(index, worker) }

    private func tellCaller() {
        pthread_mutex_lock(mutex)
        if callerWaits { pthread_cond_signal(done) }
        pthread_mutex_unlock(mutex)
    }

    @inline(never)
    private func pause() {}

    /// Starts one worker thread; false if the system refuses.
    func startWorker(_ worker: Int) -> Bool {
        let start = Unmanaged.passRetained(Start(shared: self, worker: worker))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, &attributes, runWorker, start.toOpaque())
        if status == 0 { workers += 1 } else { start.release() }
        return status == 0
    }

    func work(as worker: Int) {
        var last: UInt64 = 0
        while true {
            for _ in 0..<Shared.patience where ticket.load(ordering: .acquiring) >> 32 == last { pause() }
            pthread_mutex_lock(mutex)
            parked += 1
            while loop == last && !stopping { pthread_cond_wait(wake, mutex) }
            parked -= 1
            let (current, count, body, ends) = (loop, self.count, self.body, stopping)
            pthread_mutex_unlock(mutex)
            if ends { return }
            last = current
            if let body { drain(current, count, body, worker: worker) }
        }
    }

    func stop() {
        pthread_mutex_lock(mutex)
        stopping = true
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
    }
}

private final class Start {
    let shared: Shared
    let worker: Int

    init(shared: Shared, worker: Int) {
        self.shared = shared
        self.worker = worker
    }
}

#if canImport(Darwin)
    private func runWorker(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        start.shared.work(as: start.worker)
        return nil
    }
#else
    private func runWorker(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        start.shared.work(as: start.worker)
        return nil
    }
#endif
