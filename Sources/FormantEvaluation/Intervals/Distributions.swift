#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Quantiles and probabilities that intervals and tests need.
package enum Distributions {
    /// P(Z ≤ z), Z standard normal.
    package static func normal(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

    /// The z with P(Z ≤ z) = `p`, 0 < p < 1, by bisection on `normal`: to 1e-12, and monotone.
    package static func normalQuantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1)
        var (low, high) = (-38.0, 38.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if normal(middle) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The 97.5 % quantile of Student's t, exact for 1 and 2 degrees of freedom, else to 0.003 by the expansion of
    /// Cornish and Fisher (Abramowitz & Stegun 26.7.5).
    /// - Parameter freedom: degrees of freedom, 1 or more.
    package static func studentQuantile975(freedom: Int) -> Double {
        switch freedom {
        case ...1: return 12.706_204_736
        case 2: return 4.302_652_730
        default:
            let z = 1.959_963_984_540_054
            let n = Double(freedom)
            let (z3, z5, z7, z9) = (pow(z, 3), pow(z, 5), pow(z, 7), pow(z, 9))
            let first = (z3 + z) / 4 / n
            let second = (5 * z5 + 16 * z3 + 3 * z) / 96 / (n * n)
            let third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384 / (n * n * n)
            let fourth = (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / 92_160 / (n * n * n * n)
            return z + first + second + third + fourth
        }
    }

    /// P(X = k) and P(X ≤ k) of a binomial variable of `n` trials at one half; 0 ≤ k ≤ n.
    package static func halfBinomial(_ k: Int, of n: Int) -> (at: Double, upTo: Double) {
        func logarithm(_ i: Int) -> Double {
            lgamma(Double(n) + 1) - lgamma(Double(i) + 1) - lgamma(Double(n - i) + 1) - Double(n) * log(2)
        }
        // From k downwards each term is a known share of the one before, until the rest no longer counts.
        let at = exp(logarithm(k))
        var (term, sum, i) = (1.0, 1.0, k)
        while i > 0, term > 1e-18 * sum || Double(i) > Double(n - i) {
            term *= Double(i) / Double(n - i + 1)
            sum += term
            i -= 1
        }
        return (at, min(1, at * sum))
    }
}
