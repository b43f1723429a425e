import CKernels
import FormantTensor

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What this machine can do at most, measured: what the speed of an operator is held against.
public struct Machine: Encodable, Sendable {
    let row = "machine"
    /// The processor's name, as the system gives it.
    public let processor: String
    /// The instruction set of the kernels.
    public let isa: String
    /// Threads that worked at once.
    public let threads: Int
    /// Multiply-adds in registers, times two, in GFLOP/s.
    public let peakGflops: Double
    /// A matrix product whose operands stay in the first-level cache, in GFLOP/s.
    public let productGflops: Double
    /// Read and written by a sum of two long vectors, in GB/s.
    public let memoryGbps: Double

    /// One line for people.
    public var text: String {
        "\(processor), \(isa), threads: \(threads). Peak \(peakGflops.digits(1)) GFLOP/s, matrix product in the first cache "
            + "\(productGflops.digits(1)) GFLOP/s, memory \(memoryGbps.digits(1)) GB/s"
    }

    /// Measures, in less than a second.
    public init(pool: WorkerPool) {
        processor = Machine.processorName
        isa = String(cString: ck_active().pointee.name)
        threads = pool.threads
        peakGflops = Machine.arithmetic(pool)
        productGflops = Machine.product(pool)
        memoryGbps = Machine.memory(pool)
    }

    /// Times what every thread does at once.
    private static func everyThread(_ pool: WorkerPool, _ body: (_ worker: Int) -> Void) -> Double {
        Stopwatch.least(seconds: 0.1) { pool.forEach(pool.threads) { index, _ in body(index) } }
    }

    private static func arithmetic(_ pool: WorkerPool) -> Double {
        let kernels = ck_active()!
        let sums = AlignedBuffer(count: 16 * pool.threads)
        let rounds = 100_000
        let multiplyAdds = kernels.pointee.multiply_adds(rounds, 0.5, 1, sums.pointer)
        let seconds = everyThread(pool) { worker in
            _ = kernels.pointee.multiply_adds(rounds, 0.5, 1, sums.pointer + 16 * worker)
        }
        return 2e-9 * Double(multiplyAdds * pool.threads) / seconds
    }

    private static func product(_ pool: WorkerPool) -> Double {
        let kernels = ck_active()!
        let (rows, columns, depth) = (24, kernels.pointee.panel, 128)
        let (a, b, c) = (
            AlignedBuffer(count: rows * depth), AlignedBuffer(count: depth * columns),
            AlignedBuffer(count: pool.threads * rows * columns)
        )
        a.fill(seed: 1)
        b.fill(seed: 2)
        let times = 200
        let seconds = everyThread(pool) { worker in
            let own = c.pointer + worker * rows * columns
            for _ in 0..<times {
                kernels.pointee.gemm(
                    rows, columns, depth, a.pointer, depth, b.pointer, nil, CK_IDENTITY, 0, false, own, columns)
            }
        }
        let multiplyAdds = times * rows * columns * depth * pool.threads
        return 2e-9 * Double(multiplyAdds) / seconds
    }

    private static func memory(_ pool: WorkerPool) -> Double {
        let kernels = ck_active()!
        let count = 1 << 23
        let (x, y, sum) = (AlignedBuffer(count: count), AlignedBuffer(count: count), AlignedBuffer(count: count))
        let part = count / pool.threads
        let seconds = everyThread(pool) { worker in
            let first = worker * part
            kernels.pointee.add(x.pointer + first, y.pointer + first, sum.pointer + first, part)
        }
        let bytes = 12 * part * pool.threads
        return 1e-9 * Double(bytes) / seconds
    }

    private static var processorName: String {
        #if canImport(Darwin)
            var size = 0
            sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
            var name = [UInt8](repeating: 0, count: size)
            guard size > 0, sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else {
                return "unknown"
            }
            return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        #else
            return systemValue("model name", in: "/proc/cpuinfo") ?? "unknown"
        #endif
    }

    /// The memory that this process has had at most, in bytes.
    static var peakMemory: Int {
        #if canImport(Darwin)
            var usage = rusage()
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss
        #else
            // Not by getrusage, whose figure a process inherits from the one that started it.
            guard let value = systemValue("VmHWM", in: "/proc/self/status"), value.hasSuffix(" kB"),
                let kilobytes = Int(value.dropLast(3))
            else { return 0 }
            return kilobytes * 1024
        #endif
    }

    #if !canImport(Darwin)
        /// What stands behind the first colon of the first line that begins with a name; nil where there is none.
        private static func systemValue(_ name: String, in path: String) -> String? {
            guard let file = fopen(path, "r") else { return nil }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 512)
            while fgets(&line, Int32(line.count), file) != nil {
                let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                guard text.hasPrefix(name), let colon = text.firstIndex(of: ":") else { continue }
                return String(text[text.index(after: colon)...].drop { $0.isWhitespace }.prefix { $0 != "\n" })
            }
            return nil
        }
    #endif
}

extension AlignedBuffer {
    /// Fills with normal values, so that no arithmetic is spared.
    func fill(seed: UInt64, scale: Float = 1) {
        var chance = SeededGenerator(seed: seed)
        for i in 0..<count { pointer[i] = scale * chance.normal() }
    }
}
