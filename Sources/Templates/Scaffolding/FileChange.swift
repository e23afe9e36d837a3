package import FoundationEssentials

/// What a file holds, and whether it can be run.
package struct FileContent: Hashable, Sendable {
    package let data: Data
    package let isExecutable: Bool

    package init(_ data: Data, isExecutable: Bool = false) {
        self.data = data
        self.isExecutable = isExecutable
    }

    package init(_ text: String) {
        self.init(Data(text.utf8))
    }
}

/// One file before and after.
package struct FileChange: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable {
        case create
        case change
        case delete
    }

    /// Relative to the tree's root, as `normalisedPath` gives it.
    package let path: String
    /// Nil for a file that is not there yet.
    package let before: FileContent?
    /// Nil for a file that goes away.
    package let after: FileContent?

    package var action: Action {
        if before == nil { .create } else if after == nil { .delete } else { .change }
    }
}
