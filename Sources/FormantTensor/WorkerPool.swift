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
        withoutActuallyEscaping(body) { shared.run(count: count, body: $0) }
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
private final class Shared: @unchecked Sendable {
    private(set) var workers = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let busy = Atomic<Bool>(false)
    private let next = Atomic<Int>(0)

    // Guarded by `mutex`; `body` and `count` do not change while workers are inside a job.
    private var generation = 0
    private var stopping = false
    private var working = 0
    private var count = 0
    private var body: ((Int, Int) -> Void)?

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

    func run(count: Int, body: @escaping (Int, Int) -> Void) {
        next.store(0, ordering: .relaxed)
        pthread_mutex_lock(mutex)
        self.count = count
        self.body = body
        generation += 1
        working = workers
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
        drain(count, 0, body)
        pthread_mutex_lock(mutex)
        while working > 0 { pthread_cond_wait(done, mutex) }
        self.body = nil
        pthread_mutex_unlock(mutex)
    }

    private func drain(_ count: Int, _ worker: Int, _ body: (Int, Int) -> Void) {
        while true {
            let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if i >= count { return }
            body(i, worker)
        }
    }

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
        var seen = 0
        pthread_mutex_lock(mutex)
        while true {
            while generation == seen && !stopping { pthread_cond_wait(wake, mutex) }
            if stopping { break }
            seen = generation
            let (count, body) = (self.count, self.body!)
            pthread_mutex_unlock(mutex)
            drain(count, worker, body)
            pthread_mutex_lock(mutex)
            working -= 1
            if working == 0 { pthread_cond_signal(done) }
        }
        pthread_mutex_unlock(mutex)
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
