import Archive
import Cryptography
import Diagnostics
package import FoundationEssentials

/// Sealed data is cut into chunks of 1 MiB, so that no cell of a database grows without limit.
private let chunkSize = 1 << 20

/// The largest thing that is unpacked again: a guard against a hostile row, far above any real state or plan.
private let unpackedLimit = 4 << 30

extension Records {
    /// Compresses, seals and cuts; `names` say what the data belongs to.
    func sealed(_ data: Data, names: [String]) throws -> [Data] {
        let bytes = try key.seal(try compress(data), associated: associatedData(names))
        return stride(from: 0, to: bytes.count, by: chunkSize).map { start in
            Data(bytes.dropFirst(start).prefix(chunkSize))
        }
    }

    /// - Throws: a `Diagnostic` when the chunks were changed, come from another place, or the key is another.
    func opened(_ chunks: [Data], names: [String], what: String) throws -> Data {
        do throws(Diagnostic) {
            let bytes = chunks.reduce(into: Data()) { $0.append($1) }
            return try decompress(try key.open(bytes, associated: associatedData(names)), limit: unpackedLimit)
        } catch {
            throw Diagnostic.error(
                "\(what) cannot be opened: \(error.message)",
                hint: "The database may be damaged or was changed by hand; nothing was written")
        }
    }

    /// Seals a state that is noted outside of the database.
    package func sealedNote(_ state: Data, stack: String, run: String) throws -> Data {
        try sealed(state, names: ["note", stack, run]).reduce(into: Data()) { $0.append($1) }
    }

    /// - Throws: a `Diagnostic` when the note was changed, or is of another run.
    package func openedNote(_ note: Data, stack: String, run: String) throws -> Data {
        try opened([note], names: ["note", stack, run], what: "the noted state of run `\(run)`")
    }

    /// Each name with its length in front, so that no two lists of names give the same bytes.
    private func associatedData(_ names: [String]) -> Data {
        Data(names.map { "\($0.utf8.count):\($0)" }.joined().utf8)
    }
}
