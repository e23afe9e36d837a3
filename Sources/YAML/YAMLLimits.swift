/// How much of a file is read before it is refused, so that a hostile file costs neither memory nor time.
package struct YAMLLimits: Hashable, Sendable {
    /// Of the file, in bytes.
    package var bytes: Int
    /// Of nested sequences and mappings, those that an alias brings along included.
    package var depth: Int
    /// In one file, counted as if every alias were written out.
    package var nodes: Int

    package init(bytes: Int = 10_000_000, depth: Int = 100, nodes: Int = 100_000) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
    }
}
