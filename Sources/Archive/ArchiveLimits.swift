/// How much an archive may hold before it is refused: a small file can unpack to a very large one.
package struct ArchiveLimits: Hashable, Sendable {
    package var entryCount: Int
    /// All files together, in bytes.
    package var byteCount: Int

    package init(entryCount: Int = 100_000, byteCount: Int = 512 << 20) {
        self.entryCount = entryCount
        self.byteCount = byteCount
    }
}
