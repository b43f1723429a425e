import FormantPage

/// How events in long recordings agree with those that are there.
struct EventSection {
    let events: EventReport

    var section: Page.Section {
        let table = Table(
            caption: "Events and segments of each label",
            columns: [
                .text("Label"), .number("Events"), .number("Found"), .number("Precision"), .number("Recall"),
                .number("F1"), .number("Segment F1"), .number("False alarms an hour"),
            ], rows: events.labels.map(cells), footers: [cells(events.all)])
        return Page.Section(
            anchor: "events", title: "Events",
            content: """
                <p class="note">\(NumberText.grouped(events.recordings)) recordings, \
                \(NumberText.duration(events.hours * 3600)). \(events.explanation)</p>
                \(table.markup)
                """)
    }

    private func cells(_ row: EventReport.Row) -> [Table.Cell] {
        [
            .name(row.label ?? "all pooled"), .count(row.events), .count(row.found),
            .number(NumberText.percent(row.precision)), .number(NumberText.percent(row.recall)),
            .bar(NumberText.percent(row.f1), share: row.f1), .number(NumberText.percent(row.segmentF1)),
            .optional(row.falseAlarmsPerHour, NumberText.significant),
        ]
    }
}
