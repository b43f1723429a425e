import FormantFiles

/// The sound files of a folder.
public enum SoundFolder {
    /// Paths, relative to the folder and sorted, of all files below it with the extension of a sound file. Hidden
    /// files and folders are passed over.
    public static func files(below folder: String) -> [String] {
        FolderWalk(root: folder).files.filter { Corpus.soundExtensions.contains(FilePath.fileExtension(of: $0)) }
    }
}
