import FormantFiles

/// The sound files, or the pictures, of a folder.
public enum MediaFolder {
    /// Paths, relative to the folder and sorted, of all files below it with the extension of a sound file, or of a picture;
    /// none for text. Hidden files and folders are passed over.
    public static func files(below folder: String, of modality: Modality = .audio) -> [String] {
        FolderWalk(root: folder).files.filter { modality.extensions.contains(FilePath.fileExtension(of: $0)) }
    }
}

extension Modality {
    /// Extensions of the files that a folder is searched for, in lower case; none for text.
    package var extensions: Set<String> {
        switch self {
        case .audio: Corpus.soundExtensions
        case .text: []
        case .image: Corpus.pictureExtensions
        }
    }

    /// The modality of a file by its extension; nil for one that no folder is searched for.
    package init?(ofFile path: String) {
        let ending = FilePath.fileExtension(of: path)
        guard let modality = Modality.allCases.first(where: { $0.extensions.contains(ending) }) else { return nil }
        self = modality
    }
}
