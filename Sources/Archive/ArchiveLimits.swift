/// How much an archive may hold before it is refused: a small file can unpack to a very large one.
package struct ArchiveLimits: Hashable, Sendable {
    package var entryCount: Int
    /// All files together, in bytes.
    package var byteCount: Int
    /// How many times larger than the archive its content may be; nil sets no limit. The first MiB is free.
    package var expansion: Int?
    /// A whole path, in bytes; Linux itself ends at 4095.
    package var pathLength: Int
    /// One part of a path, in bytes; no file system of Linux takes more than 255.
    package var nameLength: Int
    /// How many parts a path may have.
    package var depth: Int

    package init(
        entryCount: Int = 100_000, byteCount: Int = 512 << 20, expansion: Int? = nil, pathLength: Int = 4095,
        nameLength: Int = 255, depth: Int = 256
    ) {
        self.entryCount = entryCount
        self.byteCount = byteCount
        self.expansion = expansion
        self.pathLength = pathLength
        self.nameLength = nameLength
        self.depth = depth
    }

    /// For what strangers have packed: text, far smaller than this.
    package static let bundle = ArchiveLimits(
        entryCount: 10_000, byteCount: 64 << 20, expansion: 200, pathLength: 1024, depth: 32)

    /// How many bytes `count` compressed ones may become: the content, and around each entry its headers, a long name or
    /// two among them, and its padding.
    func tarSize(compressedTo count: Int) -> Int {
        let whole = byteCount + entryCount * (4096 + 2 * pathLength) + (64 << 10)
        guard let expansion else { return whole }
        return min(whole, max(1 << 20, count * expansion))
    }
}
