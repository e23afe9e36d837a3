import SourceTree

/// The files that a project's stacks are read from, and how they extend each other.
package struct StackFiles: Sendable {
    /// Those below the project's stack folders, in the order in which they are read.
    package let all: [String]
    /// What the stacks of a file extend themselves.
    let extended: [String: Set<String>]
    /// Where a file really is that is reached over a symbolic link.
    let places: [String: String]

    /// A file and all that its stacks extend, directly or not, each by the path that it is reached by.
    package func reached(from file: String) -> Set<String> {
        var found: Set<String> = [file]
        var open = [file]
        while let next = open.popLast() {
            for other in extended[next] ?? [] where found.insert(other).inserted { open.append(other) }
        }
        return found
    }

    /// The files that are among the touched ones, and all whose stacks extend one that is, directly or not.
    ///
    /// - Parameter isTouched: asked for each path at which a file can be found.
    package func affected(_ isTouched: (String) -> Bool) -> Set<String> {
        var extending: [String: [String]] = [:]
        for (file, others) in extended { for other in others { extending[other, default: []].append(file) } }
        var open = Set(all).union(extending.keys).filter { isTouched($0) || places[$0].map(isTouched) == true }
        var found = open
        while let next = open.popFirst() {
            for file in extending[next] ?? [] where found.insert(file).inserted { open.insert(file) }
        }
        return found
    }

    /// Where a file really is.
    package func place(of file: String) -> String { places[file] ?? file }
}
