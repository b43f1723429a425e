/// The frame of a static page: head, navigation, sections. It has no script and forbids itself the network.
package struct Page {
    /// A part with a heading that the navigation leads to.
    package struct Section {
        /// For links to it: letters and dashes.
        package var anchor: String
        package var title: String
        package var content: Markup
        package var isWarning: Bool

        package init(anchor: String, title: String, content: Markup, isWarning: Bool = false) {
            (self.anchor, self.title, self.content, self.isWarning) = (anchor, title, content, isWarning)
        }
    }

    package var title: String
    /// One line below the title.
    package var subtitle: String
    package var sections: [Section]
    package var footer: String

    package init(title: String, subtitle: String, sections: [Section], footer: String) {
        (self.title, self.subtitle, self.sections, self.footer) = (title, subtitle, sections, footer)
    }

    /// The whole document.
    package var html: String {
        let links = sections.map { section -> Markup in "<a href=\"#\(section.anchor)\">\(section.title)</a>\n" }
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width,initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy"
            content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:"/>
            <title>\(title)</title>
            <link rel="icon" href="data:,"/>
            <style>
            \(Stylesheet.css)
            </style>
            </head>
            <body>
            <header>
            <h1><bdi>\(title)</bdi></h1>
            <p class="meta">\(subtitle)</p>
            <nav aria-label="Sections">\(links)</nav>
            </header>
            <main>
            \(sections.map(markup))</main>
            <footer><p>\(footer)</p></footer>
            </body>
            </html>

            """
        return page.html
    }

    private func markup(_ section: Section) -> Markup {
        let style: Markup = section.isWarning ? " class=\"warn\"" : ""
        return """
            <section id="\(section.anchor)"\(style) aria-labelledby="\(section.anchor)-title">
            <h2 id="\(section.anchor)-title">\(section.title)</h2>
            \(section.content)</section>

            """
    }
}
