import FormantCorpus
import FormantTestSupport
import Foundation
import Testing

/// The store of features, in memory and in a file without a name.
@Suite struct FeatureStoreTests {
    @Test(arguments: [0, FeatureStore.memoryLimit])
    func keepsWhatIsWritten(limit: Int) throws {
        let folder = try TemporaryFolder()
        let store = try FeatureStore(count: 100, length: 321, folder: folder.path, memoryLimit: limit)
        for i in 0..<100 {
            #expect(store[i].count == 321 && store[i].allSatisfy { $0 == 0 })
            for j in 0..<321 { store[i][j] = Float(i * 1000 + j) }
        }
        for i in 0..<100 { #expect(store[i].elementsEqual((0..<321).map { Float(i * 1000 + $0) })) }
        // Whatever happens to the process, nothing stays behind.
        #expect(try folder.names == [])
    }

    @Test func emptyOnes() throws {
        let folder = try TemporaryFolder()
        #expect(try FeatureStore(count: 0, length: 5, folder: folder.path).count == 0)
        #expect(try FeatureStore(count: 0, length: 5, folder: folder.path, memoryLimit: 0).count == 0)
    }

    @Test func aFolderThatIsNotThere() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: CorpusError.self) {
            _ = try FeatureStore(count: 10, length: 10, folder: folder.path("none"), memoryLimit: 0)
        }
        #expect(error?.description.contains(folder.path("none")) == true)
    }
}
