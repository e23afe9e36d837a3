import Diagnostics

/// What can be wrong with a path of a tree.
enum SourceTreeError {
    static func outside(_ path: String, of tree: String) -> Diagnostic {
        .error("the path `\(path)` leads out of `\(tree)`", hint: "only paths below it can be read")
    }

    static func link(_ link: String, to target: String, leaves tree: String) -> Diagnostic {
        .error("the symbolic link `\(link)` leads out of `\(tree)`, to `\(target)`")
    }

    static func linkCycle(_ path: String, in tree: String) -> Diagnostic {
        .error("the symbolic links on the way to `\(path)` in `\(tree)` go round in a circle")
    }

    static func missing(_ path: String, in tree: String) -> Diagnostic {
        .error("there is no file `\(path)` in `\(tree)`")
    }

    static func noFile(_ path: String, in tree: String) -> Diagnostic {
        .error("`\(path)` in `\(tree)` is no file")
    }

    static func tooLarge(_ path: String, limit: Int) -> Diagnostic {
        .error("the file `\(path)` has more than \(limit) bytes")
    }

    static func unreadable(_ path: String, in tree: String, because reason: String) -> Diagnostic {
        .error("`\(path.isEmpty ? "." : path)` in `\(tree)` cannot be read: \(reason)")
    }
}
