import FormantCorpus
import FormantTensor
import FormantTestSupport
import Foundation
import Testing

@Suite struct FeatureCacheTests {
    private func key(_ number: Int) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

    private func features(_ number: Int, count: Int) -> [Float] {
        var chance = SeededGenerator(seed: UInt64(number))
        return (0..<count).map { _ in chance.normal() }
    }

    @Test func whatIsKeptComesBackToTheLastBit() throws {
        let folder = try TemporaryFolder()
        var values = features(1, count: 1000)
        values[0] = -0.0
        values[1] = .infinity
        values[2] = .leastNonzeroMagnitude
        do {
            let cache = try FeatureCache(folder: folder.path)
            #expect(try cache.features(key(1)) == nil)
            try cache.keep([(key(1), values), (key(2), [])])
            try cache.keep([(key(1), [7])])  // the first stays
        }
        let cache = try FeatureCache(folder: folder.path)
        #expect(try cache.features(key(1))?.map(\.bitPattern) == values.map(\.bitPattern))
        #expect(try cache.features(key(2)) == [])
        #expect(try cache.features(key(3)) == nil)
        let summary = try cache.summary()
        #expect(summary.entries == 2 && summary.bytes == 4000 && summary.limit == FeatureCache.standardLimit)
    }

    @Test func whatWasUsedLongestAgoGoes() throws {
        let folder = try TemporaryFolder()
        let size = 1 << 15  // floats: 128 kB
        do {
            let cache = try FeatureCache(folder: folder.path)
            try cache.setLimit(1 << 20)
            try cache.keep((0..<8).map { (key($0), features($0, count: size)) })
        }
        do {
            let cache = try FeatureCache(folder: folder.path)
            #expect(try cache.summary().entries == 8)
            for used in [0, 3] { #expect(try cache.features(key(used)) != nil) }
            try cache.keep([])
        }
        let cache = try FeatureCache(folder: folder.path)
        try cache.keep((8..<12).map { (key($0), features($0, count: size)) })
        let left = try (0..<12).filter { try cache.features(key($0)) != nil }
        #expect(left == [0, 3, 6, 7, 8, 9, 10, 11])
        #expect(try cache.summary().bytes == 1 << 20)
        try cache.keep([(key(20), features(20, count: 1 << 19))])  // larger than everything together may be
        #expect(try cache.features(key(20)) == nil)
        try cache.setLimit(3 << 20)
        try cache.clear()
        let empty = try cache.summary()
        #expect(empty.entries == 0 && empty.bytes == 0 && empty.limit == 3 << 20)
        for limit in [0, -1, FeatureCache.leastLimit - 1, Int.max] {
            #expect(throws: CacheError.limit(limit)) { try cache.setLimit(limit) }
        }
    }

    /// Two that write the same and other entries at the same time lose nothing.
    @Test func severalUsersAtOnce() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for user in 0..<4 {
                group.addTask {
                    let cache = try FeatureCache(folder: path)
                    for round in 0..<25 {
                        let number = user % 2 * 100 + round
                        try cache.keep([(self.key(number), self.features(number, count: 500))])
                        let found = try cache.features(self.key(number))
                        #expect(found == self.features(number, count: 500))
                    }
                }
            }
            try await group.waitForAll()
        }
        let summary = try FeatureCache(folder: path).summary()
        #expect(summary.entries == 50 && summary.bytes == 50 * 2000)
    }

    @Test func contentIsReadAgainWhereAFileChanged() throws {
        let folder = try TemporaryFolder()
        let cache = try FeatureCache(folder: folder.path("cache"))
        let file = folder.path("a.wav")
        func write(_ text: String, secondsAgo: Double) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -secondsAgo)], ofItemAtPath: file)
        }
        try write("abc", secondsAgo: 0)
        let first = try cache.digest(of: file)
        // SHA-256 of "abc", FIPS 180-4's example
        #expect(first?.prefix(4) == [0xba, 0x78, 0x16, 0xbf])
        #expect(try cache.summary().recordings == 0, "a file of this moment may change again")
        try write("abc", secondsAgo: 100)
        #expect(try cache.digest(of: file) == first)
        #expect(try cache.summary().recordings == 1)
        try write("abd", secondsAgo: 50)
        #expect(try cache.digest(of: file) != first)
        #expect(try cache.digest(of: folder.path("none.wav")) == nil)
        #expect(try cache.digest(of: folder.path) == nil)
    }

    @Test func whatIsNoCacheIsNamed() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("features.sqlite")
        try Data(repeating: 0x5a, count: 10_000).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: CacheError.self) { try FeatureCache(folder: folder.path) }
        #expect("\(error!)".hasPrefix("the cache \(file): "), "\(error!)")
        #expect("\(error!)".contains("not a database"), "\(error!)")
        let below = #expect(throws: CacheError.self) { try FeatureCache(folder: file + "/below") }
        #expect("\(below!)".contains(file), "\(below!)")
    }
}
