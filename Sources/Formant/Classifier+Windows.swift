import FormantAudio
import FormantNetwork
import FormantTensor

extension Classifier {
    /// How windows lie on a recording.
    public struct Windowing: Sendable {
        /// What the network hears of a window.
        let frontEnd: AudioFrontEnd
        /// Seconds from one window to the next.
        public let hop: Double
        /// Seconds of a window.
        public var length: Double { frontEnd.clip.seconds }
        /// Samples a second that the places of windows count in.
        public var sampleRate: Int { frontEnd.sampleRate }
    }

    /// One stretch of a recording with what it scores.
    public struct Window: Sendable {
        /// The stretch in samples, from the start of the recording.
        public var samples: Range<Int>
        /// Samples a second.
        public var sampleRate: Int
        /// What it scores.
        public var result: Result

        /// Creates a window.
        public init(samples: Range<Int>, sampleRate: Int, result: Result) {
            self.samples = samples
            self.sampleRate = sampleRate
            self.result = result
        }

        /// Seconds from the start of the recording.
        public var start: Double { Double(samples.lowerBound) / Double(sampleRate) }
        /// Seconds from the start of the recording.
        public var end: Double { Double(samples.upperBound) / Double(sampleRate) }
    }

    /// Windows of a length and a distance.
    /// - Parameters:
    ///   - window: seconds of a window, 0.001 … 3600; nil: as long as the clips of the training.
    ///   - hop: seconds from one window to the next, 0.001 … 86,400; nil: as long as a window.
    /// - Throws: `RunError.option` for lengths out of their range, and for a window that the network cannot take: one
    ///   without pooling over the whole time takes one length alone. `ClassifierError.modality` where the model takes
    ///   sentences.
    public func windowing(window: Double? = nil, hop: Double? = nil) throws -> Windowing {
        guard case .audio(var frontEnd) = model.frontEnd else {
            throw ClassifierError.modality(takes: model.frontEnd.takes, given: "recordings")
        }
        if let hop, !(hop >= 0.001 && hop <= 86_400) {
            throw RunError.option(name: "--hop", value: "\(hop)", expected: "0.001 to 86400 seconds")
        }
        if let window {
            guard window >= 0.001, window <= 3600 else {
                throw RunError.option(name: "--window", value: "\(window)", expected: "0.001 to 3600 seconds")
            }
            let trained = frontEnd.clip.seconds
            frontEnd.clip.seconds = window
            if window != trained, let reason = reasonAgainst(frontEnd) {
                throw RunError.option(
                    name: "--window", value: "\(window)",
                    expected: "\(trained) seconds, the length that the network takes (\(reason))")
            }
        }
        return Windowing(frontEnd: frontEnd, hop: hop ?? frontEnd.clip.seconds)
    }

    /// Why the network cannot hear clips of a front end; nil where it can.
    private func reasonAgainst(_ frontEnd: AudioFrontEnd) -> String? {
        do {
            let bound = try model.network.bound(to: try frontEnd.featureShape())
            guard bound.output == Shape(channels: model.labels.count), bound.parameters == model.parameters.table else {
                return "of a window of another length it would need other weights"
            }
            return nil
        } catch { return "\(error)" }
    }

    /// Slides over a recording of any length, which is read block by block.
    /// - Parameter body: receives the windows in their order.
    /// - Throws: `AudioError`, and what `body` throws.
    public func forEachWindow(of path: String, _ windowing: Windowing, _ body: (Window) throws -> Void) throws {
        var slider = Slider(classifier: self, windowing: windowing, name: path)
        try ClipWindowReader(path: path, frontEnd: windowing.frontEnd, hop: windowing.hop).forEach { place, samples in
            try slider.add(place, samples, body)
        }
        try slider.flush(body)
    }

    /// Slides over a stream: its windows are handed out as soon as their last sample is there.
    /// - Parameters:
    ///   - format: how the samples are written.
    ///   - isStopped: asked while nothing comes; true ends the stream where it is.
    ///   - body: receives the windows in their order.
    ///   - pause: called after the windows that came together, before the next ones are waited for.
    /// - Returns: what was left over at the end, where that was no whole frame.
    /// - Throws: `AudioError`, and what the closures throw.
    public func forEachWindow(
        ofStream descriptor: Int32, name: String, _ format: RawFormat, _ windowing: Windowing,
        isStopped: @escaping () -> Bool = { false }, _ body: (Window) throws -> Void, pause: () throws -> Void
    ) throws -> String? {
        let frontEnd = windowing.frontEnd
        let reader = try RawSoundReader(
            descriptor: descriptor, name: name, format: format.format, sampleRate: frontEnd.sampleRate,
            channel: frontEnd.channel, isStopped: isStopped)
        var slider = Slider(classifier: self, windowing: windowing, name: name)
        var cutter = ClipCutter(frontEnd, hop: windowing.hop)
        var block: [Float] = []
        while try reader.read(into: &block) {
            try cutter.add(block) { try slider.add($0, $1, body) }
            try slider.flush(body)
            try pause()
        }
        guard cutter.total > 0 else { throw AudioError.noSamples(file: name, seconds: 0) }
        try cutter.finish { try slider.add($0, $1, body) }
        try slider.flush(body)
        try pause()
        return reader.problem
    }

    /// Windows that wait to go through the network together.
    private struct Slider {
        let classifier: Classifier
        let windowing: Windowing
        let name: String
        private var pending: [(place: Range<Int>, samples: [Float])] = []

        init(classifier: Classifier, windowing: Windowing, name: String) {
            self.classifier = classifier
            self.windowing = windowing
            self.name = name
        }

        mutating func add(_ place: Range<Int>, _ samples: [Float], _ body: (Window) throws -> Void) throws {
            pending.append((place, samples))
            if pending.count == classifier.predictor.batch { try flush(body) }
        }

        mutating func flush(_ body: (Window) throws -> Void) throws {
            guard !pending.isEmpty else { return }
            let frontEnd = windowing.frontEnd
            let features = try classifier.clipFeatures(of: pending.map(\.samples), frontEnd)
            let outputs = try classifier.predictor.outputs(
                count: pending.count, shape: try frontEnd.featureShape()
            ) { i, input in
                features[i].values.withUnsafeBufferPointer { _ = input.update(fromContentsOf: $0) }
            }
            for (window, output) in zip(pending, outputs) {
                let result = try classifier.result(output, of: name)
                try body(Window(samples: window.place, sampleRate: frontEnd.sampleRate, result: result))
            }
            pending.removeAll(keepingCapacity: true)
        }
    }
}
