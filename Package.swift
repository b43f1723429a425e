// swift-tools-version: 6.2
import PackageDescription

// The order of the targets below is the order of the layers: a target depends only on what stands above it.
// Tests/LayeringTests holds the import lines of the sources against the same table.

let package = Package(
    name: "formant",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Formant", targets: ["Formant"]),
        .library(name: "FormantAudio", targets: ["FormantAudio"]),
        .library(name: "FormantText", targets: ["FormantText"]),
        .library(name: "FormantNetwork", targets: ["FormantNetwork"]),
        .executable(name: "formant", targets: ["FormantCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
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

        // The numeric core: no Foundation.
        .target(name: "CKernels"),
        .target(name: "FormantTensor"),
        .target(name: "FormantOperators", dependencies: ["FormantTensor", "CKernels"]),
        .target(name: "FormantNetwork", dependencies: ["FormantOperators", "FormantTensor", "CKernels"]),

        // Front ends.
        .target(name: "FormantAudio", dependencies: ["FormantTensor", "CFFTW", "CSndfile", "CSoxr"]),
        .target(name: "FormantText", dependencies: ["FormantTensor"]),

        // Corpora, training, evaluation.
        .target(
            name: "FormantCorpus",
            dependencies: ["FormantTensor", "FormantAudio", "FormantText", .product(name: "Yams", package: "Yams")]),
        .target(name: "FormantTraining", dependencies: ["FormantNetwork", "FormantOperators", "FormantTensor", "CKernels"]),
        .target(name: "FormantEvaluation", dependencies: ["FormantTensor"]),

        // The umbrella and the command.
        .target(
            name: "Formant",
            dependencies: [
                "FormantTensor", "FormantOperators", "FormantNetwork", "FormantAudio", "FormantText",
                "FormantCorpus", "FormantTraining", "FormantEvaluation", .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Recipes")]),
        .executableTarget(
            name: "FormantCLI",
            dependencies: [
                "Formant", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Tests, in the same order.
        .target(
            name: "FormantTestSupport", dependencies: ["FormantTensor", "FormantNetwork"],
            path: "Tests/FormantTestSupport"),
        .testTarget(name: "KernelTests", dependencies: ["CKernels", "FormantTensor"]),
        .testTarget(
            name: "FormantNetworkTests",
            dependencies: ["FormantNetwork", "FormantOperators", "FormantTensor", "CKernels", "FormantTestSupport"],
            exclude: ["Golden"]),
        .testTarget(
            name: "FormantAudioTests", dependencies: ["FormantAudio", "FormantTensor", "CSndfile"],
            exclude: ["Golden"]),
        .testTarget(
            name: "FormantTextTests",
            dependencies: ["FormantText", "FormantTensor", .product(name: "Yams", package: "Yams")]),
        .testTarget(name: "FormantCorpusTests", dependencies: ["FormantCorpus", "FormantTensor"]),
        .testTarget(
            name: "FormantTrainingTests",
            dependencies: [
                "FormantTraining", "FormantNetwork", "FormantTensor", "FormantTestSupport",
                .product(name: "Yams", package: "Yams"),
            ],
            exclude: ["Golden"]),
        .testTarget(
            name: "FormantEvaluationTests", dependencies: ["FormantEvaluation", "FormantTensor"],
            resources: [.copy("Golden")]),
    ],
    swiftLanguageModes: [.v6]
)
