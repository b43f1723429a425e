/// An accessible table: a caption, column headings, and the first cell of each row as its heading.
package struct Table {
    /// What stands in a place of the table.
    package enum Cell {
        /// Running text, which may break anywhere when it must.
        case text(String)
        /// A label or name, whose direction of writing does not touch its surroundings.
        case name(String)
        case number(String)
        /// A number over a bar of that share of the cell.
        case bar(String, share: Double)
        /// What is more than text.
        case markup(Markup)

        package static func count(_ value: Int) -> Cell { .number(NumberText.grouped(value)) }

        package static func optional(_ value: Double?, _ format: (Double) -> String) -> Cell {
            .number(value.map(format) ?? "–")
        }
    }

    /// The heading of a column.
    package enum Column {
        case text(String)
        case number(String)
    }

    /// What the table shows, for readers who do not see the heading above it.
    package var caption: String
    package var columns: [Column]
    package var rows: [[Cell]]
    /// Rows of sums or means below the others.
    package var footers: [[Cell]]

    package init(caption: String, columns: [Column], rows: [[Cell]], footers: [[Cell]] = []) {
        (self.caption, self.columns, self.rows, self.footers) = (caption, columns, rows, footers)
    }

    /// The table, in a frame that scrolls sideways where it is too wide.
    package var markup: Markup {
        let head: Markup = "<thead><tr>\(columns.map(heading))</tr></thead>\n"
        let body: Markup = "<tbody>\n\(rows.map(line))</tbody>\n"
        let foot: Markup = footers.isEmpty ? "" : "<tfoot>\(footers.map(line))</tfoot>\n"
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table>
            <caption class="unseen">\(caption)</caption>
            \(head)\(body)\(foot)</table></div>

            """
    }

    private func heading(_ column: Column) -> Markup {
        switch column {
        case .text(let title): "<th scope=\"col\">\(title)</th>"
        case .number(let title): "<th scope=\"col\" class=\"n\">\(title)</th>"
        }
    }

    private func line(_ cells: [Cell]) -> Markup {
        var line: Markup = "<tr>"
        for (i, cell) in cells.enumerated() {
            line += i == 0 ? heading(cell) : data(cell)
        }
        line += "</tr>\n"
        return line
    }

    private func heading(_ cell: Cell) -> Markup {
        switch cell {
        case .text, .markup: "<th scope=\"row\" class=\"t\">\(content(cell))</th>"
        case .name, .number, .bar: "<th scope=\"row\">\(content(cell))</th>"
        }
    }

    private func data(_ cell: Cell) -> Markup {
        switch cell {
        case .text, .markup: "<td class=\"t\">\(content(cell))</td>"
        case .name: "<td>\(content(cell))</td>"
        case .number: "<td class=\"n\">\(content(cell))</td>"
        case .bar(_, let share):
            "<td class=\"n bar\" style=\"--v:\(min(1, max(0, share)) * 100)%\">\(content(cell))</td>"
        }
    }

    private func content(_ cell: Cell) -> Markup {
        switch cell {
        case .text(let text), .name(let text): "<bdi>\(text)</bdi>"
        case .number(let text), .bar(let text, _): "\(text)"
        case .markup(let markup): markup
        }
    }
}
