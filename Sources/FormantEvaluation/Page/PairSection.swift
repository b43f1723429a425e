import FormantPage

/// The examples behind the cells of the confusion matrix. One cell's are shown at a time, when its link is followed; that
/// needs no script.
struct PairSection {
    let pairs: [PairExamples]
    let labels: [String]
    let media: MediaMarkup

    var section: Page.Section {
        Page.Section(
            anchor: "examples", title: "Examples by truth and prediction",
            content: """
                <p class="note">A cell of the confusion matrix leads to its examples: of wrong predictions the most \
                certain, of right ones the least certain. <a href="#all-pairs">Show those of all \(pairs.count) \
                cells</a>, <a href="#confusion">back to the matrix</a>.</p>
                \(media.notes())<div id="all-pairs">
                \(pairs.map(markup))</div>

                """)
    }

    private func markup(_ pair: PairExamples) -> Markup {
        let items = pair.examples.map { example -> Markup in
            let label = labels.indices.contains(pair.prediction) ? labels[pair.prediction] : nil
            let figure: Markup = media.hasFigure([example.identity]) ? media.figure(example.identity) : ""
            let group: Markup = example.group.map { ", <bdi>\($0.shortened(to: 60))</bdi>" } ?? ""
            return """
                <li><p>\(media.sentence(example.identity, label))</p>\(figure)\
                <p class="note">\(NumberText.percent(Double(example.confidence)))\(group)</p></li>

                """
        }
        return """
            <div class="pair" id="\(pair.anchor)"><h3>\(pair.title(labels))</h3>
            <ul class="cards">
            \(items)</ul></div>

            """
    }
}
