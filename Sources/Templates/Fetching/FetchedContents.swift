import Archive
import Diagnostics
import Files
import SourceTree
package import SystemPackage

/// A template of somewhere else, as a folder of this machine.
package struct FetchedTemplate: Hashable, Sendable {
    package let folder: FilePath
    /// Of its content, `sha256:…`.
    package let digest: String

    package init(folder: FilePath, digest: String) {
        self.folder = folder
        self.digest = digest
    }
}

/// Templates, each in a folder that is named after the digest of its content: written by rename, safe to delete.
struct FetchedContents: Sendable {
    let folder: FilePath

    /// A content that is here, or nil. It is read and checked again: templates are small, and whoever changed one in the
    /// cache would change what is applied. One that is damaged is removed.
    func content(_ digest: String) throws -> FetchedTemplate? {
        guard let place = place(of: digest), exists(place) else { return nil }
        if (try? TemplateContent(of: "", in: DirectoryTree(root: place)).digest) == digest {
            return FetchedTemplate(folder: place, digest: digest)
        }
        try removeTree(place)
        return nil
    }

    func keep(_ content: TemplateContent) throws -> FetchedTemplate {
        let digest = content.digest
        if let kept = try self.content(digest) { return kept }
        guard let place = place(of: digest) else {
            throw Diagnostic.error("`\(digest)` is no digest of a template", outcome: .internalFailure)
        }
        try makePrivateFolder(folder)
        do {
            try layOut(content.entries, as: place, isLasting: false)
        } catch {
            // Another process may have been faster.
            guard let kept = try self.content(digest) else { throw error }
            return kept
        }
        return FetchedTemplate(folder: place, digest: digest)
    }

    /// Nil for what is no digest: no text of somebody else becomes a path.
    private func place(of digest: String) -> FilePath? {
        let digits = digest.utf8.dropFirst("sha256:".utf8.count)
        let isDigest =
            digest.hasPrefix("sha256:") && digits.count == 64
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        return isDigest ? folder.appending(String(decoding: digits, as: UTF8.self)) : nil
    }
}
