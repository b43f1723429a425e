import FormantEvaluation
import Foundation
import Testing

@Suite struct EventScoresTests {
    /// The problems of `Golden/events.json`, made by `tools/golden/events.py` with sed_eval.
    private struct Golden: Decodable {
        struct Recording: Decodable {
            /// Label, onset, offset.
            var reference: [[Int]]
            var found: [[Int]]
        }

        struct Problem: Decodable {
            var recordings: [Recording]
            /// Precision, recall, F1.
            var event: [Double]
            var segment: [Double]
            var eventClasses: [[Double]]
            var segmentClasses: [[Double]]
        }

        var grid: Double
        var labels: [String]
        var problems: [Problem]
    }

    @Test func equalSedEval() throws {
        let url = try #require(Bundle.module.url(forResource: "Golden/events", withExtension: "json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let golden = try decoder.decode(Golden.self, from: Data(contentsOf: url))
        #expect(golden.problems.count == 40)
        for (number, problem) in golden.problems.enumerated() {
            var scores = EventScores(labels: golden.labels)
            func events(_ list: [[Int]]) -> [TimedLabel] {
                list.map {
                    TimedLabel(
                        label: golden.labels[$0[0]], onset: Double($0[1]) / golden.grid,
                        offset: Double($0[2]) / golden.grid)
                }
            }
            for recording in problem.recordings {
                scores.add(reference: events(recording.reference), found: events(recording.found), seconds: 60)
            }
            expectEqual(scores.eventBased, problem.event, "events", number)
            expectEqual(scores.segmentBased, problem.segment, "segments", number)
            for label in golden.labels.indices {
                expectEqual(scores.events[label].scores, problem.eventClasses[label], "events of \(label)", number)
                expectEqual(
                    scores.segments[label].scores, problem.segmentClasses[label], "segments of \(label)", number)
            }
        }
    }

    private func expectEqual(_ found: PrecisionRecallF1, _ expected: [Double], _ what: String, _ problem: Int) {
        for (value, wanted) in zip([found.precision, found.recall, found.f1], expected) {
            #expect(abs(value - wanted) < 1e-6, "problem \(problem), \(what): \(found), expected \(expected)")
        }
    }

    @Test func falseAlarmsAnHour() throws {
        var scores = EventScores(labels: ["owl", "fox"])
        scores.add(
            reference: [TimedLabel(label: "owl", onset: 10, offset: 12)],
            found: [
                TimedLabel(label: "owl", onset: 10.1, offset: 12.5), TimedLabel(label: "fox", onset: 10, offset: 12),
                TimedLabel(label: "cat", onset: 10, offset: 12), TimedLabel(label: "owl", onset: .nan, offset: 1),
            ], seconds: 1800)
        #expect(scores.falseAlarmsPerHour == 2)
        #expect(scores.falseAlarmsPerHour(of: 0) == 0 && scores.falseAlarmsPerHour(of: 1) == 2)
        #expect(scores.eventBased.recall == 1 && scores.eventBased.precision == 0.5)
        #expect(EventScores(labels: ["owl"]).falseAlarmsPerHour == nil)
    }

    @Test func oneFoundEventCountsOnce() throws {
        // Greedy in order of time would give the first found event to the first and leave the second without.
        var scores = EventScores(labels: ["x"])
        scores.add(
            reference: [
                TimedLabel(label: "x", onset: 1, offset: 2), TimedLabel(label: "x", onset: 1.15, offset: 2.1),
            ],
            found: [TimedLabel(label: "x", onset: 1.1, offset: 2), TimedLabel(label: "x", onset: 0.85, offset: 2)],
            seconds: 10)
        #expect(scores.events[0] == LabelCounts(truePositives: 2))
    }
}
