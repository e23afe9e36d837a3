package import Diagnostics

/// A `PrAutomation`: a form, and what its answers do to the files of a repository.
///
/// The document is Plural's. What is carried out, and in which order, is what Plural's does: creates, then updates
/// (regular expressions, overlays, the older form), then deletes.
package struct AutomationDefinition: Sendable {
    /// The file of the document.
    package let file: String
    package let name: Located<String>
    package let documentation: String?
    package let parameters: [TemplateParameter]
    package let proposal: Proposal
    package let creates: [CreatedFiles]
    package let replacements: [RegexReplacement]
    package let overlays: [YAMLOverlay]
    package let search: FileSearch?
    /// Patterns of files to delete: templates, in which `*`, `?` and `[…]` stand for parts of one name.
    package let deletedFiles: [Located<String>]
    /// Templates too.
    package let deletedFolders: [Located<String>]

    /// What the change is called where it is proposed; all of them templates.
    package struct Proposal: Hashable, Sendable {
        package let title: Located<String>?
        package let message: Located<String>?
        package let branchPrefix: Located<String>?
    }

    /// Of `creates.templates`.
    package struct CreatedFiles: Sendable {
        /// A file or a folder, as a template.
        package let source: Located<String>
        /// A file; where the source is a folder, a folder.
        package let destination: Located<String>
        /// Where it says that the source lies in another repository.
        package let external: SourceLocation?
        /// Laid over the form's answers for this entry alone.
        package let context: [String: LiteralValue]
        package let condition: Located<AutomationCondition>?
    }

    /// Of `updates.regexReplacements`.
    package struct RegexReplacement: Sendable {
        package let file: Located<String>
        package let regex: Located<String>
        package let replacement: Located<String>
        /// Whether the expression is a template.
        package let isTemplated: Bool
        /// Ours: whether it may match nothing.
        package let isOptional: Bool
    }

    /// Of `updates.yamlOverlays`.
    package struct YAMLOverlay: Sendable {
        package enum ListMerge: String, CaseIterable, Hashable, Sendable {
            case overwrite = "OVERWRITE"
            case append = "APPEND"
        }

        package let file: Located<String>
        package let yaml: Located<String>
        package let isTemplated: Bool
        package let lists: ListMerge
    }

    /// The older form of `updates`: the same expressions in all files whose path matches.
    package struct FileSearch: Sendable {
        package enum Strategy: String, CaseIterable, Hashable, Sendable {
            /// Each expression on its own.
            case any = "ANY"
            /// Each within the matches of the one before.
            case recursive = "RECURSIVE"
        }

        /// Expressions for paths.
        package let files: [Located<String>]
        package let regexes: [Located<String>]
        package let replacement: Located<String>
        package let strategy: Strategy
    }
}
