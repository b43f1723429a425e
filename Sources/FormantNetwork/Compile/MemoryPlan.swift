import FormantOperators

/// A place in the arena.
package struct Slot: Sendable, Hashable {
    /// First float; a multiple of 16, so that it is 64-byte aligned.
    package var offset: Int
    package var count: Int
}

/// Places every tensor of a graph, forward and backward, in one block of memory, so that what is not alive at the same
/// time shares room.
///
/// Time runs over the forward pass (step i at i), the loss (at n) and the backward pass (step i at 2n − i). Blocks are
/// placed largest first at the lowest offset that is free for their whole life.
package struct MemoryPlan: Sendable {
    /// A slot and the times from its first write to its last read.
    package struct Placement: Sendable {
        package let slot: Slot
        package let life: ClosedRange<Int>
    }

    /// Per tensor; nil where a fused tensor is never made.
    package let values: [Slot?]
    /// Per tensor: its gradient.
    package let gradients: [Slot?]
    /// Per tensor: what is added to its gradient, and then the whole of it; nil where nobody looks at it.
    package let watched: [Slot?]
    /// Per step: what the forward pass keeps.
    package let saved: [Slot]
    /// Per step and input: room for a gradient that is added to one that is already there.
    package let addends: [[Slot?]]
    /// Per step: gradients between the parts of a fused operator; nil where it does not run backward.
    package let inner: [Slot?]
    /// Every block.
    package let placements: [Placement]
    /// Floats in all.
    package let count: Int

    private struct Block {
        var count: Int
        var first: Int
        var last: Int
    }

    init(_ graph: Graph, _ differentiation: Differentiation) {
        var planner = Planner(graph, differentiation)
        planner.placeValues()
        planner.placeGradients()
        let offsets = MemoryPlan.assign(planner.blocks)
        count = zip(offsets, planner.blocks).map { $0 + $1.count }.max() ?? 0
        let slot: (Int?) -> Slot? = { block in
            block.map { Slot(offset: offsets[$0], count: planner.blocks[$0].count) }
        }
        placements = zip(offsets, planner.blocks).map { offset, block in
            Placement(slot: Slot(offset: offset, count: block.count), life: block.first...block.last)
        }
        values = planner.valueBlock.map(slot)
        gradients = planner.gradientBlock.map(slot)
        watched = planner.watchedBlock.map(slot)
        saved = planner.savedBlock.map { slot($0)! }
        addends = planner.addendBlock.map { $0.map(slot) }
        inner = planner.innerBlock.map(slot)
    }

    /// Collects blocks with their lives.
    private struct Planner {
        let graph: Graph
        let differentiation: Differentiation
        let steps: Int
        let batch: Int
        var blocks: [Block] = []
        var valueBlock: [Int?]
        var gradientBlock: [Int?]
        var watchedBlock: [Int?]
        var savedBlock: [Int?] = []
        var addendBlock: [[Int?]]
        var innerBlock: [Int?]

        init(_ graph: Graph, _ differentiation: Differentiation) {
            self.graph = graph
            self.differentiation = differentiation
            steps = graph.steps.count
            batch = graph.purpose.batch
            valueBlock = Array(repeating: nil, count: graph.shapes.count)
            gradientBlock = valueBlock
            watchedBlock = valueBlock
            addendBlock = graph.steps.map { $0.inputs.map { _ in nil } }
            innerBlock = graph.steps.map { _ in nil }
        }

        /// When a step runs in the backward pass.
        func backwardTime(_ step: Int) -> Int { 2 * steps - step }
        var end: Int { 2 * steps + 1 }

        mutating func add(_ count: Int, _ first: Int, _ last: Int) -> Int {
            blocks.append(Block(count: max(16, (count + 15) / 16 * 16), first: first, last: last))
            return blocks.count - 1
        }

        /// The last time at which a tensor's values are read in the backward pass; −1 where they are not.
        func lastBackwardRead(of tensor: Int) -> Int {
            var last = -1
            for (i, step) in graph.steps.enumerated() where differentiation.runsBackward[i] {
                let reads = step.operation.backwardReads
                if reads.contains(.inputs) && step.inputs.contains(tensor)
                    || reads.contains(.output) && step.output == tensor
                {
                    last = max(last, backwardTime(i))
                }
            }
            return last
        }

        mutating func placeValues() {
            // The input is written before the first step, and a caller may keep it from run to run.
            valueBlock[0] = add(batch * graph.shapes[0].count, -1, end)
            var keptForBackward = Set<Int>()  // blocks whose values are read again
            for (i, step) in graph.steps.enumerated() {
                let backward = lastBackwardRead(of: step.output)
                var last = max(i, backward, graph.consumers(of: step.output).max() ?? i)
                if step.output == graph.output || graph.watched.contains(step.output) { last = end }
                let source = step.inputs[0]
                let shared = valueBlock[source]!
                let reuses =
                    step.operation.worksInPlace && source != 0 && source != graph.output
                    && !graph.watched.contains(source) && graph.consumers(of: source) == [i] && step.inputs.count == 1
                    && !keptForBackward.contains(shared)
                if reuses {
                    valueBlock[step.output] = shared
                    blocks[shared].last = max(blocks[shared].last, last)
                } else {
                    valueBlock[step.output] = add(batch * graph.shapes[step.output].count, i, last)
                }
                if backward >= 0 { keptForBackward.insert(valueBlock[step.output]!) }
                let kept = differentiation.runsBackward[i] ? backwardTime(i) : i
                savedBlock.append(add(step.operation.savedCount, i, kept))
            }
        }

        mutating func placeGradients() {
            guard graph.purpose.hasBackward else { return }
            // The caller writes the gradient of the output between the passes.
            gradientBlock[graph.output] = add(batch * graph.shapes[graph.output].count, steps, end)
            for tensor in graph.watched.sorted() where tensor != graph.output && differentiation.wantsGradient[tensor] {
                watchedBlock[tensor] = add(batch * graph.shapes[tensor].count, steps, end)
            }
            for i in graph.steps.indices.reversed() where differentiation.runsBackward[i] {
                let step = graph.steps[i]
                let time = backwardTime(i)
                if step.operation.innerGradientCount > 0 {
                    innerBlock[i] = add(step.operation.innerGradientCount, time, time)
                }
                for (j, tensor) in step.inputs.enumerated() where differentiation.wantsGradient[tensor] {
                    let count = batch * graph.shapes[tensor].count
                    let last = graph.producer(of: tensor).map(backwardTime) ?? end
                    if gradientBlock[tensor] != nil {
                        addendBlock[i][j] = add(count, time, time)
                    } else if j == 0 && step.operation.worksInPlace && tensor != 0
                        && graph.consumers(of: tensor) == [i] && step.inputs.count == 1
                    {
                        let shared = gradientBlock[step.output]!
                        gradientBlock[tensor] = shared
                        blocks[shared].last = max(blocks[shared].last, last)
                    } else {
                        gradientBlock[tensor] = add(count, time, last)
                    }
                }
            }
        }
    }

    private static func assign(_ blocks: [Block]) -> [Int] {
        var offsets = [Int](repeating: 0, count: blocks.count)
        var placed: [Int] = []  // sorted by offset
        let order = blocks.indices.sorted {
            (blocks[$0].count, -$0) > (blocks[$1].count, -$1)
        }
        for block in order {
            var offset = 0
            for other in placed
            where blocks[other].first <= blocks[block].last && blocks[block].first <= blocks[other].last {
                if offsets[other] >= offset + blocks[block].count { break }
                offset = max(offset, offsets[other] + blocks[other].count)
            }
            offsets[block] = offset
            let place = placed.firstIndex { offsets[$0] > offset } ?? placed.count
            placed.insert(block, at: place)
        }
        return offsets
    }
}
