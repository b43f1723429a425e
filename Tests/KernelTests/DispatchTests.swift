import CKernels
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct DispatchTests {
    @Test func everyProcessorHasThePortableKernels() throws {
        let portable = try #require(ck_for(CK_PORTABLE))
        #expect(portable.pointee.isa == CK_PORTABLE && String(cString: portable.pointee.name) == "portable")
    }

    @Test func tablesCarryTheirNames() {
        let names = [CK_PORTABLE: "portable", CK_NEON: "neon", CK_AVX2: "avx2", CK_AVX512: "avx512"]
        for set in InstructionSet.selectable {
            #expect(names[set.kernels.isa] == set.description)
            #expect(set.panel > 0)
        }
        #if arch(arm64)
            #expect(ck_for(CK_NEON) != nil && ck_for(CK_AVX2) == nil)
        #elseif arch(x86_64)
            #expect(ck_for(CK_NEON) == nil)
        #endif
    }

    /// The choice follows FORMANT_ISA where it names one that can run, else it is the widest.
    @Test func choiceIsTheWidestOrTheOneAskedFor() throws {
        let chosen = try #require(ck_active())
        #expect(chosen == ck_active() && chosen == ck_for(chosen.pointee.isa))
        let wanted = getenv("FORMANT_ISA").map { String(cString: $0) } ?? ""
        if let set = InstructionSet.selectable.first(where: { $0.description == wanted }) {
            #expect(chosen.pointee.isa == set.kernels.isa && ck_rejected_isa() == nil)
        } else {
            #expect(chosen.pointee.isa == InstructionSet.selectable.last?.kernels.isa)
            #expect(ck_rejected_isa().map { String(cString: $0) } == (wanted.isEmpty ? nil : wanted))
        }
    }
}
