// swift-tools-version: 6.2
import PackageDescription

// The order of the targets below is the order of the layers: a target depends only on what stands above it.
// Tests/LayeringTests holds the import lines of the sources against the same table.

let package = Package(
    name: "formant",
    platforms: [.macOS(.v15)],
    products: [
        // A library offers, besides its own module, those whose types stand in its interface.
        .library(
            name: "Formant",
            targets: [
                "Formant", "FormantTensor", "FormantOperators", "FormantNetwork", "FormantAudio", "FormantText",
                "FormantImage", "FormantGo", "FormantCorpus", "FormantTraining", "FormantInsight", "FormantEvaluation",
            ]),
        .library(name: "FormantAudio", targets: ["FormantAudio", "FormantTensor"]),
        .library(name: "FormantText", targets: ["FormantText", "FormantTensor"]),
        .library(name: "FormantNetwork", targets: ["FormantNetwork", "FormantOperators", "FormantTensor"]),
        .executable(name: "formant", targets: ["FormantCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // System libraries, each with exactly one importer.
        .systemLibrary(
            name: "CFFTW", pkgConfig: "fftw3f",
            providers: [.apt(["libfftw3-dev"]), .brew(["fftw"])]),
        .systemLibrary(
            name: "CSndfile", pkgConfig: "sndfile",
            providers: [.apt(["libsndfile1-dev"]), .brew(["libsndfile"])]),
        .systemLibrary(
            name: "CSoxr", pkgConfig: "soxr",
            providers: [.apt(["libsoxr-dev"]), .brew(["libsoxr"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng",
            providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libturbojpeg",
            providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "CCairo", pkgConfig: "cairo",
            providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        // Files and paths: no Foundation.
        .target(name: "FormantFiles"),

        // The numeric core: no Foundation.
        .target(name: "CKernels"),
        .target(name: "FormantTensor"),
        .target(name: "FormantOperators", dependencies: ["FormantTensor", "CKernels"]),
        .target(name: "FormantNetwork", dependencies: ["FormantOperators", "FormantTensor", "CKernels"]),

        // Front ends.
        .target(
            name: "FormantAudio",
            dependencies: ["FormantFiles", "FormantTensor", "CKernels", "CFFTW", "CSndfile", "CSoxr"]),
        .target(name: "FormantText", dependencies: ["FormantTensor", "CZlib"]),
        .target(name: "FormantImage", dependencies: ["FormantFiles", "FormantTensor", "CPNG", "CJPEG", "CCairo"]),

        .target(
            name: "FormantGo", dependencies: ["FormantFiles", "FormantTensor"],
            // iconv is part of libc on Linux.
            linkerSettings: [.linkedLibrary("iconv", .when(platforms: [.macOS]))]),

        // Corpora, training, evaluation.
        .target(
            name: "FormantCorpus",
            dependencies: [
                "FormantFiles", "FormantTensor", "FormantAudio", "FormantImage", "CSQLite",
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(name: "FormantTraining", dependencies: ["FormantNetwork", "FormantTensor", "CKernels"]),
        .target(
            name: "FormantTensorBoard",
            dependencies: ["FormantFiles", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["event.proto"]),
        .target(name: "FormantPage"),
        .target(name: "FormantEvaluation", dependencies: ["FormantTensor", "FormantImage", "FormantPage"]),

        // What a network learned.
        .target(
            name: "FormantInsight",
            dependencies: ["FormantNetwork", "FormantOperators", "FormantTensor", "FormantImage", "CKernels"]),

        // The umbrella and the command.
        .target(
            name: "Formant",
            dependencies: [
                "FormantFiles", "FormantTensor", "FormantOperators", "FormantNetwork", "FormantAudio", "FormantText",
                "FormantImage", "FormantGo", "FormantCorpus", "FormantTraining", "FormantTensorBoard", "FormantPage",
                "FormantEvaluation", "FormantInsight", "CKernels",
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Recipes")]),
        .executableTarget(
            name: "FormantCLI",
            dependencies: [
                "Formant", "FormantTensor", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Tests, in the same order.
        .target(
            name: "FormantTestSupport",
            dependencies: ["FormantTensor", "FormantOperators", "FormantNetwork", "FormantImage", "CKernels"],
            path: "Tests/FormantTestSupport"),
        .testTarget(name: "LayeringTests"),
        .testTarget(name: "FormantFilesTests", dependencies: ["FormantFiles", "FormantTestSupport"]),
        .testTarget(name: "FormantTensorTests", dependencies: ["FormantTensor"]),
        .target(name: "TileKernels", dependencies: ["CKernels"], path: "Tests/TileKernels"),
        .testTarget(name: "KernelTests", dependencies: ["CKernels", "FormantTensor", "TileKernels"]),
        .testTarget(
            name: "FormantNetworkTests",
            dependencies: ["FormantNetwork", "FormantOperators", "FormantTensor", "CKernels", "FormantTestSupport"],
            exclude: ["Golden"]),
        .testTarget(
            name: "FormantAudioTests",
            dependencies: ["FormantAudio", "FormantTensor", "CSndfile", "FormantTestSupport"],
            exclude: ["Golden"]),
        .testTarget(
            name: "FormantTextTests",
            dependencies: ["FormantText", "FormantTensor", .product(name: "Yams", package: "Yams")],
            exclude: ["Golden"]),
        .testTarget(
            name: "FormantGoTests", dependencies: ["FormantGo", "FormantTensor", "FormantTestSupport"]),
        .testTarget(
            name: "FormantImageTests",
            dependencies: ["FormantImage", "FormantFiles", "FormantTensor", "FormantTestSupport"], exclude: ["Golden"]),
        .testTarget(
            name: "FormantCorpusTests",
            dependencies: ["FormantCorpus", "FormantImage", "FormantTensor", "FormantTestSupport"]),
        .testTarget(
            name: "FormantTrainingTests",
            dependencies: [
                "FormantTraining", "FormantNetwork", "FormantTensor", "FormantTestSupport",
                .product(name: "Yams", package: "Yams"),
            ],
            exclude: ["Golden"]),
        .testTarget(
            name: "FormantTensorBoardTests",
            dependencies: ["FormantTensorBoard", "FormantFiles", "FormantTestSupport"]),
        .testTarget(
            name: "FormantEvaluationTests", dependencies: ["FormantEvaluation", "FormantPage", "FormantTensor"],
            resources: [.copy("Golden")]),
        .testTarget(
            name: "FormantInsightTests",
            dependencies: [
                "FormantInsight", "FormantNetwork", "FormantOperators", "FormantTensor", "FormantImage",
                "FormantTestSupport",
            ],
            exclude: ["Golden"]),
        .testTarget(
            name: "FormantTests",
            dependencies: [
                "Formant", "FormantAudio", "FormantCorpus", "FormantEvaluation", "FormantImage", "FormantInsight",
                "FormantNetwork", "FormantTensor", "FormantText", "FormantTraining", "FormantTestSupport",
            ]),
        .testTarget(
            name: "ReadmeTests",
            dependencies: ["Formant", "FormantAudio", "FormantNetwork", "FormantTensor", "FormantTraining"]),
        .testTarget(name: "CommandTests", dependencies: ["FormantImage", "FormantTensor", "FormantTestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)

// With FORMANT_STRICT set, as tools/test does, every warning of this package's own targets is an error. Not always:
// a package that depends on this one is built without warnings, and the two flags do not go together.
if Context.environment["FORMANT_STRICT"] != nil {
    for target in package.targets where target.type != .system {
        target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
        target.cSettings = (target.cSettings ?? []) + [.treatAllWarnings(as: .error)]
    }
}
