package import FoundationEssentials
package import SystemPackage
package func compress(_ data: Data) throws -> Data { data }
package func decompress(_ data: Data, limit: Int) throws -> Data { data }
package struct ArchiveEntry { package init(path: String, readingFrom: FilePath) throws {} }
package func pack(_ e: [ArchiveEntry]) throws -> Data { Data() }
package func unpack(_ d: Data, into: FilePath) throws {}
