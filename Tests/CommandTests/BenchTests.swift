import FormantTestSupport
import Foundation
import Testing

/// `formant bench`: the form of what it prints, and what does not depend on how busy the machine is.
@Suite struct BenchTests {
    private func rows(_ arguments: String...) throws -> [[String: Any]] {
        let run = try Command.run(["bench"] + arguments + ["--json"])
        try #require(run.status == 0, "\(run.errors)")
        return try run.lines.map { try object($0) }
    }

    @Test func layersHaveAlgorithmsAndSpeeds() throws {
        let rows = try rows("layers", "mnist", "--threads", "1")
        let machine = try #require(rows.first)
        #expect(machine["row"] as? String == "machine" && machine["threads"] as? Int == 1)
        let peak = try #require(machine["peak_gflops"] as? Double)
        #expect(peak > 0 && (machine["memory_gbps"] as? Double ?? 0) > 0)
        var passes: [String: Set<String>] = [:]
        for row in rows.dropFirst() {
            let note: Comment = "\(row)"
            let (layer, pass) = (row["layer"] as? String ?? "", row["pass"] as? String ?? "")
            #expect(row["model"] as? String == "mnist" && row["batch"] as? Int == 100, note)
            let time = try #require(row["ms"] as? Double, note)
            #expect(time >= 0 && !(row["algorithm"] as? String ?? "").isEmpty, note)
            let isChosen = try #require(row["chosen"] as? Bool, note)
            #expect(row["row"] as? String == (isChosen ? "layer" : "alternative"), note)
            if isChosen { #expect(passes[layer, default: []].insert(pass).inserted, note) }
            if let gflops = row["gflops"] as? Double {
                let share = try #require(row["share"] as? Double, note)
                #expect(abs(share * peak - gflops) < 1e-6 * gflops && row["gbps"] == nil, note)
            }
        }
        // The first convolution passes no gradient on; where a layer is fused with others its name leads.
        let convolutions = passes.filter { $0.key.hasPrefix("convolution") }
        #expect(Set(convolutions.keys.map { $0.prefix(12) }) == ["convolution1", "convolution2"])
        #expect(convolutions.first { $0.key.hasPrefix("convolution1") }?.value == ["forward", "weights", "rest"])
        #expect(
            convolutions.first { $0.key.hasPrefix("convolution2") }?.value == ["forward", "data", "weights", "rest"])
        #expect(passes.keys.contains { $0.hasPrefix("dense2") })
    }

    @Test func theTableForPeopleNamesTheMachineAndEveryNetwork() throws {
        let run = try Command.run("bench", "layers", "mnist", "--threads", "1")
        #expect(run.status == 0 && run.text.contains("GFLOP/s") && run.text.contains("mnist, batch 100"), "\(run.text)")
        #expect(run.lines.last?.hasPrefix("all ") == true, "\(run.text)")
    }

    @Test func errorsAreWithinTheirBounds() throws {
        let rows = try rows("errors")
        for (family, rms, largest) in [
            ("matrix product", 1e-6, 2e-6), ("matrix product, transposed", 1e-6, 2e-6),
            ("direct, forward and data", 1e-6, 2e-6), ("direct, weights", 1e-6, 2e-6),
            ("Winograd 4×4, forward", 2e-6, 4e-6), ("Winograd 4×4, data", 2e-6, 4e-6),
            ("Winograd 4×4, weights", 2e-6, 4e-6), ("Winograd 2×2, forward", 1e-6, 2e-6),
            ("Winograd 2×2, data", 1e-6, 2e-6), ("Winograd 2×2, weights", 1e-6, 2e-6),
            ("Winograd along lines, forward and data", 2e-6, 4e-6),
            ("Winograd along lines, weights", 2e-6, 4e-6), ("Winograd along a line, maximum", 2e-6, 4e-6),
            ("depthwise, forward", 2e-7, 5e-7), ("depthwise, data", 2e-7, 5e-7), ("depthwise, weights", 1e-6, 2e-6),
            ("batch norm, mean in deviations", 1e-6, 1e-6), ("batch norm, variance", 1e-6, 1e-6),
            ("layer norm", 5e-7, 1e-6), ("sigmoid", 2e-7, 5e-7), ("tanh", 2e-7, 5e-7), ("ELU", 2e-7, 5e-7),
            ("SiLU", 2e-7, 5e-7), ("GELU", 2e-7, 5e-7), ("softmax", 3e-7, 1e-6), ("maximum pooling", 0, 0),
            ("average pooling", 2e-7, 5e-7), ("Adam", 5e-7, 1e-6),
        ] {
            let own = rows.filter { $0["family"] as? String == family }
            #expect(!own.isEmpty, "\(family)")
            for row in own {
                let found = (row["rms"] as? Double ?? .infinity, row["largest"] as? Double ?? .infinity)
                #expect(found.0 <= rms && found.1 <= largest, "\(row)")
                #expect(family == "maximum pooling" || found.1 > 0, "nothing was compared: \(row)")
            }
        }
        #expect(rows.contains { $0["isa"] as? String == "portable" })
    }

    @Test func memoryIsThatOfTheProcess() throws {
        let row = try #require(try rows("mnist", "--memory", "--threads", "1").first)
        let (start, peak) = (row["start_bytes"] as? Int ?? 0, row["peak_bytes"] as? Int ?? 0)
        // The first layer's output alone: 100 × 25 × 26 × 26 floats.
        #expect(start > 0 && peak - start > 6_760_000 && peak < 1_000_000_000, "\(row)")
    }

    @Test(arguments: [
        ["kwz"], ["layers", "kwz"], ["--memory"], ["kws", "go", "--memory"], ["features", "--memory"],
    ])
    func wrongUse(arguments: [String]) throws {
        let run = try Command.run(["bench"] + arguments)
        #expect(run.status == 64 && run.output.isEmpty, "\(run.errors)")
        if arguments.last == "kwz" { #expect(run.errors.contains("did you mean \"kws\""), "\(run.errors)") }
    }
}
