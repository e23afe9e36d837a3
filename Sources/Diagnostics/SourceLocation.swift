/// A place in a file that a person wrote.
package struct SourceLocation: Hashable, Sendable, Codable {
    /// The path as people should see it: relative to the project's root where the file lies inside it.
    package let file: String
    /// Counted from 1.
    package let line: Int
    /// Counted from 1, in Unicode scalars.
    package let column: Int
    /// How many scalars of the line the problem covers; the carets under it.
    package let length: Int

    package init(file: String, line: Int, column: Int, length: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
        self.length = length
    }
}

extension SourceLocation: CustomStringConvertible {
    /// `stacks/dev.yaml:12:9`, the form that editors and terminals make clickable.
    package var description: String { "\(file):\(line):\(column)" }
}

extension SourceLocation: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// A value that remembers where it was written, so that a check made much later can still point at it.
package struct Located<Value> {
    package let value: Value
    package let location: SourceLocation

    package init(_ value: Value, at location: SourceLocation) {
        self.value = value
        self.location = location
    }

    package func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Located<Other> {
        Located<Other>(try transform(value), at: location)
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
