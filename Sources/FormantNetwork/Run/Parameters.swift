import FormantTensor

/// Where each parameter of a network lies in one block of memory.
public struct ParameterTable: Sendable, Hashable {
    /// One parameter.
    public struct Entry: Sendable, Hashable {
        /// `layer.weight` and so on.
        public let name: String
        /// What it is.
        public let specification: ParameterSpecification
        /// First value in the block; a multiple of 16.
        public let offset: Int
        /// Its values in the block.
        public var range: Range<Int> { offset..<offset + specification.count }
    }

    /// The parameters in the order of the layers.
    public private(set) var entries: [Entry] = []
    /// Values in the block, gaps included.
    public private(set) var count = 0

    mutating func append(name: String, _ specification: ParameterSpecification) -> Int {
        entries.append(Entry(name: name, specification: specification, offset: count))
        count += (specification.count + 15) / 16 * 16
        return entries.count - 1
    }

    /// Number of trained and frozen weights, running statistics left out.
    public var weightCount: Int {
        entries.filter { $0.specification.role != .running }.reduce(0) { $0 + $1.specification.count }
    }
}

/// The parameters of a network: one block of memory, shared by the sessions that run it.
///
/// Whoever changes values keeps sessions from running meanwhile, and calls `parametersDidChange` on them.
public final class Parameters: Sendable {
    /// What lies where.
    public let table: ParameterTable
    /// The values, in the order of memory.
    package let buffer: AlignedBuffer
    /// Of gradients: the rows of embedding tables where they are not zero.
    package let touched = TouchedRows()

    /// Creates parameters of zeros.
    public init(zeros table: ParameterTable) {
        self.table = table
        buffer = AlignedBuffer(count: table.count)
    }

    /// Creates parameters at their initial values: each drawn from a generator of its own name, so that a layer more
    /// or less moves no other.
    public convenience init(_ table: ParameterTable, seed: UInt64) {
        self.init(zeros: table)
        for entry in table.entries {
            let specification = entry.specification
            var generator = SeededGenerator.derived(seed: seed, purpose: "parameter \(entry.name)")
            let values = buffer.pointer + entry.offset
            let bound: Float
            switch specification.initialiser {
            case .constant(let value):
                values.update(repeating: value, count: specification.count)
                continue
            case .he: bound = (6 / Float(specification.fanIn)).squareRoot()
            case .fanIn: bound = 1 / Float(specification.fanIn).squareRoot()
            case .uniform(let given), .lookup(let given): bound = given
            }
            for i in 0..<specification.count { values[i] = generator.uniform(in: -bound..<bound) }
            if case .lookup = specification.initialiser {
                values.update(repeating: 0, count: specification.extents.dropFirst().reduce(1, *))
            }
        }
    }

    /// Copies all values of another block of the same table.
    public func copy(from other: Parameters) {
        precondition(other.table == table, "parameters of another network")
        buffer.pointer.update(from: other.buffer.pointer, count: table.count)
    }

    /// One parameter in the public order.
    /// - Throws: `NetworkError.parameter` for an unknown name.
    public func tensor(_ name: String) throws(NetworkError) -> Tensor {
        let entry = try entry(name)
        var tensor = Tensor(zeros: entry.specification.extents)
        let source = buffer.pointer + entry.offset
        entry.specification.storage.forEach(count: tensor.values.count) { inPublic, inMemory in
            tensor.values[inPublic] = source[inMemory]
        }
        return tensor
    }

    /// Sets one parameter from the public order.
    /// - Throws: `NetworkError.parameter` for an unknown name or other extents.
    public func set(_ name: String, to tensor: Tensor) throws(NetworkError) {
        let entry = try entry(name)
        guard tensor.extents == entry.specification.extents else {
            throw .parameter(name: name, expected: "\(entry.specification.extents)", found: "\(tensor.extents)")
        }
        let target = buffer.pointer + entry.offset
        entry.specification.storage.forEach(count: tensor.values.count) { inPublic, inMemory in
            target[inMemory] = tensor.values[inPublic]
        }
    }

    private func entry(_ name: String) throws(NetworkError) -> ParameterTable.Entry {
        guard let entry = table.entries.first(where: { $0.name == name }) else {
            let near = nearestName(to: name, among: table.entries.map(\.name))
            throw .parameter(name: name, expected: near.map { "perhaps \($0)" } ?? "one of the network", found: "none")
        }
        return entry
    }
}

extension ParameterSpecification.Storage {
    /// Calls `body` with the index of each value in the public order and in memory.
    func forEach(count: Int, _ body: (_ inPublic: Int, _ inMemory: Int) -> Void) {
        switch self {
        case .plain:
            for i in 0..<count { body(i, i) }
        case .filters(let groups, let taps, let inputs, let outputs):
            var inPublic = 0
            for group in 0..<groups {
                for output in 0..<outputs {
                    for input in 0..<inputs {
                        for tap in 0..<taps {
                            body(inPublic, ((group * taps + tap) * inputs + input) * outputs + output)
                            inPublic += 1
                        }
                    }
                }
            }
        }
    }
}
