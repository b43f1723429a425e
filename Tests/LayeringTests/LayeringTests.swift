import Foundation
import Testing

/// What each target below `Sources` may import. A target imports only what stands above it, besides the system's modules
/// and other packages' products.
private let layers: [(target: String, mayImport: Set<String>)] = [
    ("CFFTW", []), ("CSndfile", []), ("CSoxr", []), ("CSQLite", []), ("CPNG", []), ("CJPEG", []),
    ("CCairo", []), ("CZlib", []),
    ("CKernels", []),
    ("FormantFiles", libc),
    ("FormantTensor", libc + ["Synchronization"]),
    ("FormantOperators", ["FormantTensor", "CKernels"]),
    ("FormantNetwork", ["FormantTensor", "FormantOperators", "CKernels"]),
    (
        "FormantAudio",
        libc + ["Synchronization", "FormantFiles", "FormantTensor", "CKernels", "CFFTW", "CSndfile", "CSoxr"]
    ),
    // All of Foundation for the decompositions of Unicode, which FoundationEssentials has not.
    ("FormantText", libc + ["FormantFiles", "FormantTensor", "CZlib", "FoundationEssentials", "Foundation"]),
    ("FormantImage", libc + ["FormantFiles", "FormantTensor", "CPNG", "CJPEG", "CCairo"]),
    ("FormantGo", libc + ["FormantFiles", "FormantTensor"]),
    (
        "FormantCorpus",
        libc + [
            "Synchronization", "FormantFiles", "FormantTensor", "FormantAudio", "FormantText", "FormantImage",
            "CSQLite",
            "FoundationEssentials", "Yams",
        ]
    ),
    ("FormantTraining", libc + ["FormantTensor", "FormantOperators", "FormantNetwork", "CKernels"]),
    ("FormantTensorBoard", libc + ["FormantFiles", "SwiftProtobuf", "FoundationEssentials", "Foundation"]),
    ("FormantPage", ["FoundationEssentials"]),
    ("FormantEvaluation", libc + ["FormantTensor", "FormantImage", "FormantPage", "FoundationEssentials"]),
    (
        "FormantInsight",
        libc + [
            "FormantTensor", "FormantOperators", "FormantNetwork", "FormantImage", "FormantAudio", "CKernels",
        ]
    ),
    (
        "Formant",
        libc + [
            "Synchronization", "FormantFiles", "FormantTensor", "FormantOperators", "FormantNetwork", "FormantAudio",
            "FormantText", "FormantImage", "FormantGo", "FormantCorpus", "FormantTraining", "FormantTensorBoard",
            "FormantPage", "FormantEvaluation", "FormantInsight", "CKernels", "FoundationEssentials", "Yams",
        ]
    ),
    (
        "FormantCLI",
        libc + ["Synchronization", "Formant", "FormantTensor", "FoundationEssentials", "ArgumentParser", "Logging"]
    ),
]

private let libc: Set<String> = ["Glibc", "Darwin"]

private func + (some: Set<String>, more: Set<String>) -> Set<String> { some.union(more) }

@Suite struct LayeringTests {
    /// A Swift source, by its target.
    private struct Source {
        var target: String
        var path: String
        var text: String
    }

    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private let sources: [Source]
    private let manifest: Manifest

    init() throws {
        let folder = root.appendingPathComponent("Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        sources = try paths.filter { $0.hasSuffix(".swift") }.map { path in
            Source(
                target: String(path.prefix { $0 != "/" }), path: path,
                text: try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8))
        }
        manifest = Manifest(try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8))
    }

    private var modules: Set<String> { Set(layers.map(\.target)) }

    @Test func theTableKnowsEveryTarget() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Sources").path)
        #expect(Set(folders.filter { !$0.hasPrefix(".") }) == modules)
        #expect(modules.count == layers.count)
        #expect(sources.count > 100)
    }

    @Test func theTableLeadsDownwards() {
        for (place, layer) in layers.enumerated() {
            let above = Set(layers[..<place].map(\.target))
            #expect(layer.mayImport.intersection(modules).isSubset(of: above), "\(layer.target)")
        }
    }

    @Test func sourcesImportWhatTheTableAllows() throws {
        for source in sources {
            let layer = try #require(layers.first { $0.target == source.target }, "\(source.path)")
            let beyond = importedModules(of: source.text).subtracting(layer.mayImport)
            #expect(beyond.isEmpty, "\(source.path) imports \(beyond.sorted().joined(separator: ", "))")
        }
    }

    /// The manifest declares what the sources import: no less, which the package manager would let pass, and no more.
    @Test func theManifestDeclaresWhatIsImported() {
        let system = libc.union(["Synchronization", "FoundationEssentials", "Foundation"])
        let code = manifest.targets.filter { $0.name.hasPrefix("Formant") }
        #expect(Set(code.map(\.name)) == modules.filter { $0.hasPrefix("Formant") })
        for target in code {
            let imported = sources.filter { $0.target == target.name }
                .reduce(into: Set()) { $0.formUnion(importedModules(of: $1.text)) }
            #expect(Set(target.dependencies) == imported.subtracting(system), "\(target.name)")
            #expect(Set(target.dependencies).count == target.dependencies.count, "\(target.name)")
        }
    }

    @Test(arguments: ["CFFTW", "CSndfile", "CSoxr", "CSQLite", "CPNG", "CJPEG", "CCairo", "CZlib"])
    func aSystemLibraryHasOneImporter(library: String) {
        let importers = Set(sources.filter { importedModules(of: $0.text).contains(library) }.map(\.target))
        #expect(importers.count == 1, "\(library): \(importers.sorted())")
    }

    @Test func noModuleHasATypeOfItsOwnName() {
        for source in sources {
            let clash = declaredTypes(of: source.text).intersection(modules)
            #expect(clash.isEmpty, "\(source.path) declares \(clash.sorted().joined(separator: ", "))")
        }
    }

    // MARK: The readers of this test

    @Test func importLinesOfAllForms() {
        let source = """
            @preconcurrency import Alpha
            #if canImport(FoundationEssentials)
                import FoundationEssentials
            #else
                import Foundation
            #endif
            public import struct Beta.Part
            // import Gamma
            let text = "import Delta"
            """
        #expect(importedModules(of: source) == ["Alpha", "FoundationEssentials", "Beta"])
        #expect(importedModules(of: "#if os(macOS)\n#else\nimport Foundation\n#endif") == ["Foundation"])
        #expect(importedModules(of: "import Foundation") == ["Foundation"])
    }

    @Test func declarationsOfAllForms() {
        let source = """
            /// enum Remark
            public final class One: Two {
                enum Three { case a }
            package struct Four<Kind> {}
            """
        #expect(declaredTypes(of: source) == ["One", "Three", "Four"])
    }

    @Test func targetsOfAManifest() {
        let text = """
            products: [.library(name: "L", targets: ["A"])],
            targets: [
                .systemLibrary(name: "CLib", providers: [.apt(["a"])]),
                .target(name: "A"),
                .executableTarget(
                    name: "B", dependencies: ["A", .product(name: "P", package: "q"), "C"], exclude: ["D"]),
                .target(name: "Support", dependencies: ["A"], path: "Tests/Support"),
                .testTarget(name: "T", dependencies: ["A"]),
            ]
            """
        #expect(
            Manifest(text).targets == [
                .init(name: "A", dependencies: []), .init(name: "B", dependencies: ["A", "P", "C"]),
            ])
    }
}
