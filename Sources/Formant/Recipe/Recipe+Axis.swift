import Yams

/// Along which axis of a spectrogram the filters of a network move.
public enum FilterAxis: String, CaseIterable, Sendable {
    /// The same pattern at another pitch is the same pattern.
    case frequency
    /// The same pattern at another time is the same pattern.
    case time
    /// Both.
    case both
}

extension Recipe {
    /// The recipe with the network whose filters move along an axis.
    /// - Throws: `RecipeError.setting` for a recipe that has one network alone.
    public func along(_ axis: FilterAxis) throws(RecipeError) -> Recipe {
        do {
            guard case .mapping? = try Yams.compose(yaml: yaml)?["network"] else {
                throw RecipeError.axis(recipe: name, axis: axis.rawValue)
            }
        } catch let error as RecipeError { throw error } catch {
            throw .malformed(recipe: name, reason: settingsMessage(error))
        }
        return try setting(["axis=\(axis.rawValue)"])
    }

    /// Where `network` has a list of layers for each axis, puts the one that `axis` names in their place.
    static func chooseNetwork(in document: inout Node, name: String) throws(RecipeError) {
        guard case .mapping(var keys) = document else { return }
        guard case .mapping(let networks)? = keys["network"] else {
            guard keys["axis"] == nil else {
                throw .malformed(
                    recipe: name, reason: "axis: there is one network alone; expected one for each axis under network")
            }
            return
        }
        let known = FilterAxis.allCases.map(\.rawValue)
        for key in networks.keys where !known.contains(key.string ?? "") {
            throw .malformed(
                recipe: name,
                reason: "network: expected a list of layers, or lists for \(known.joined(separator: ", ")); "
                    + "found \(key.string ?? "something else")")
        }
        let axis = keys["axis"]?.string ?? ""
        guard known.contains(axis), let network = networks[Node(axis)] else {
            let found = keys["axis"] == nil ? "none" : axis.isEmpty ? "something else" : axis
            throw .malformed(
                recipe: name,
                reason: "axis: expected one of those that network has, "
                    + "\(networks.keys.compactMap(\.string).joined(separator: ", ")); found \(found)")
        }
        keys["network"] = network
        keys["axis"] = nil
        document = .mapping(keys)
    }
}
