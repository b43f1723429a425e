import FormantCorpus
import FormantFiles

/// The recordings or pictures that a command line names: files as they are, folders with every such file below them.
public struct InputList: Sendable {
    /// One recording or picture.
    public struct Item: Sendable, Hashable {
        /// Where it is.
        public var path: String
        /// Its name in outputs: the path as given or, for one found in a folder, its path from there.
        public var name: String

        /// Creates an item.
        public init(path: String, name: String) {
            self.path = path
            self.name = name
        }
    }

    /// The files: in the order of the arguments, those of a folder by name.
    public private(set) var items: [Item] = []
    /// Arguments that lead nowhere.
    public private(set) var problems: [InputProblem] = []

    /// Looks the arguments up.
    /// - Parameter modality: which files of folders are taken: sound files, or pictures.
    public init(_ arguments: [String], of modality: Modality = .audio) {
        for argument in arguments {
            switch FilePath.kind(of: argument) {
            case .folder?:
                let found = MediaFolder.files(below: argument, of: modality)
                if found.isEmpty {
                    problems.append(
                        InputProblem(
                            input: argument,
                            reason: modality == .image ? "a folder without pictures" : "a folder without sound files"))
                }
                for name in found { items.append(Item(path: FilePath.join(argument, name), name: name)) }
            case nil: problems.append(InputProblem(input: argument, reason: "no such file or folder"))
            default: items.append(Item(path: argument, name: argument))
            }
        }
    }
}
