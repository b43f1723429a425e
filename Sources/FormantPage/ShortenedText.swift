extension String {
    /// The first 80 characters, so that a message stays a line when an example is a long text.
    package var shortened: String { shortened(to: 80) }

    /// The first `length` characters, with an ellipsis when there are more.
    package func shortened(to length: Int) -> String {
        guard let end = index(startIndex, offsetBy: length, limitedBy: endIndex), end < endIndex else { return self }
        return self[..<end] + "…"
    }

    /// The text with its middle left out when it has more than `length` characters: labels often differ at their ends.
    package func shortenedInside(to length: Int) -> String {
        guard !dropFirst(length).isEmpty else { return self }
        return prefix(length / 2) + "…" + suffix(length - length / 2 - 1)
    }
}
