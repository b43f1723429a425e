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
        self.threads = threads
        shared = Shared(workers: threads - 1)
        for _ in 1..<threads { shared.startWorker() }
    }

    deinit { shared.stop() }

    /// Number of processors that are online.
    public static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Calls `body` once for each of 0 ..< `count`, on all threads, and returns when all are done.
    ///
    /// A loop inside a loop, or one of another thread while the pool is at work, runs on the calling thread alone.
    public func forEach(_ count: Int, _ body: (Int) -> Void) {
        guard threads > 1, count > 1, shared.claim() else {
            for i in 0..<max(0, count) { body(i) }
            return
        }
        withoutActuallyEscaping(body) { shared.run(count: count, body: $0) }
        shared.release()
    }

    /// Splits 0 ..< `count` into ranges of `grain` (the last may be shorter) and calls `body` once for each.
    public func forRanges(of count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        precondition(grain > 0)
        forEach((count + grain - 1) / grain) { i in body(i * grain..<min(count, (i + 1) * grain)) }
    }
}

/// What the caller and the workers share. Not the pool itself, so that the pool can end while workers still hold it.
private final class Shared: @unchecked Sendable {
    private let workers: Int
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
    private var body: ((Int) -> Void)?

    init(workers: Int) {
        self.workers = workers
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

    func run(count: Int, body: @escaping (Int) -> Void) {
        next.store(0, ordering: .relaxed)
        pthread_mutex_lock(mutex)
        self.count = count
        self.body = body
        generation += 1
        working = workers
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
        drain(count, body)
        pthread_mutex_lock(mutex)
        while working > 0 { pthread_cond_wait(done, mutex) }
        self.body = nil
        pthread_mutex_unlock(mutex)
    }

    private func drain(_ count: Int, _ body: (Int) -> Void) {
        while true {
            let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if i >= count { return }
            body(i)
        }
    }

    func startWorker() {
        let box = Unmanaged.passRetained(self)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, &attributes, { argument in
            #if canImport(Darwin)
            Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue().work()
            #else
            Unmanaged<Shared>.fromOpaque(argument!).takeRetainedValue().work()
            #endif
            return nil
        }, box.toOpaque())
        pthread_attr_destroy(&attributes)
        if status != 0 { fatalError("cannot start a worker thread: error \(status)") }
    }

    private func work() {
        var seen = 0
        pthread_mutex_lock(mutex)
        while true {
            while generation == seen && !stopping { pthread_cond_wait(wake, mutex) }
            if stopping { break }
            seen = generation
            let (count, body) = (self.count, self.body!)
            pthread_mutex_unlock(mutex)
            drain(count, body)
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
