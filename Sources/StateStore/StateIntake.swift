package import Diagnostics
import Files
package import FoundationEssentials
import Glibc
package import Plans
package import Records
import SystemPackage

/// Takes in, one after the other, the complete versions of a state that Terraform writes while it applies.
///
/// Terraform writes the file in place (truncate, write, sync), so a reader may see half of it: what does not parse is
/// not a version yet. Within a run the order of reading decides, not the serial, because Terraform raises the serial only
/// against the state that it read at its start: three different states can carry one serial.
package actor StateIntake {
    private let records: Records
    private let keep: @Sendable (NewStateVersion, LockToken) async throws -> Void
    private let folder: FilePath
    private let lock: LockToken
    private let base: StateVersion
    /// What was seen last, so that an unchanged file is not read again; of the state file only.
    private var lastSeen: FileStamp?
    private var lastBytes: Data
    private var lastSerial: Int
    private var newest: StateVersion?

    init(
        records: Records, keep: @escaping @Sendable (NewStateVersion, LockToken) async throws -> Void,
        folder: FilePath, lock: LockToken, base: StateVersion
    ) async throws {
        self.records = records
        self.keep = keep
        self.folder = folder
        self.lock = lock
        self.base = base
        // After a restart the run may have taken in versions already: go on behind them.
        newest = try await records.state(writtenBy: lock.run, stack: lock.stack)
        lastBytes = try await records.bytes(of: newest ?? base)
        lastSerial = (newest ?? base).serial
    }

    /// Looks again and again until the task is cancelled. A version that cannot be stored now is tried again at the
    /// next look, so a database that is gone for a while stops nothing.
    package func watch(every interval: Duration) async {
        while !Task.isCancelled {
            do { try await look() } catch { lastSeen = nil }
            try? await Task.sleep(for: interval)
        }
    }

    /// Takes in what there is at the end of the run; `errored.tfstate`, which Terraform leaves when it could not write
    /// the state, is newer than the state beside it.
    ///
    /// - Returns: the newest version with its bytes and what was wrong with the files, for people.
    package func finish() async throws -> (version: StateVersion, bytes: Data, problems: [Diagnostic]) {
        var problems: [Diagnostic] = []
        for name in [stateFileName, erroredStateFileName] {
            guard let bytes = try readFile(folder.appending(name)) else {
                if name == stateFileName { problems.append(missing()) }
                continue
            }
            switch candidate(bytes) {
            case .success(let version): try await takeIn(version)
            case .failure(let problem): problems.append(problem.about(name))
            }
        }
        return (newest ?? base, lastBytes, problems)
    }

    private func look() async throws {
        let stamp = FileStamp(folder.appending(stateFileName))
        guard let stamp, stamp != lastSeen, let bytes = try readFile(folder.appending(stateFileName)) else { return }
        lastSeen = stamp
        guard case .success(let version) = candidate(bytes) else { return }
        try await takeIn(version)
    }

    private func takeIn(_ version: NewStateVersion) async throws {
        guard version.bytes != lastBytes else { return }
        try await keep(version, lock)
        newest = try await records.state(writtenBy: lock.run, stack: lock.stack)
        lastBytes = version.bytes
        lastSerial = version.serial
    }

    /// Whether the bytes are a version that may follow the last one.
    private func candidate(_ bytes: Data) -> Result<NewStateVersion, Refusal> {
        guard !bytes.isEmpty else { return .failure(.empty) }
        guard let state = try? TerraformState.decode(bytes) else { return .failure(.incomplete) }
        guard state.lineage == base.lineage else { return .failure(.otherLineage(state.lineage)) }
        guard state.serial >= lastSerial else { return .failure(.lowerSerial(state.serial, last: lastSerial)) }
        return .success(NewStateVersion(state, bytes: bytes))
    }

    private func missing() -> Diagnostic {
        .error(
            "`\(stateFileName)` is gone from the workspace",
            hint: "The last complete version that was read before is kept")
    }
}

extension NewStateVersion {
    /// - Parameter bytes: what the state was decoded from.
    package init(_ state: TerraformState, bytes: Data) {
        self.init(
            bytes: bytes, lineage: state.lineage, serial: state.serial, terraformVersion: state.terraformVersion,
            resources: state.addresses.count)
    }
}

/// Why bytes are no version of this state.
private enum Refusal: Error {
    case empty
    case incomplete
    case otherLineage(String)
    case lowerSerial(Int, last: Int)

    func about(_ file: String) -> Diagnostic {
        let fact =
            switch self {
            case .empty: "`\(file)` is empty"
            case .incomplete: "`\(file)` is not a complete state"
            case .otherLineage(let lineage): "`\(file)` has another lineage (`\(lineage)`)"
            case .lowerSerial(let serial, let last): "`\(file)` has serial \(serial), lower than the \(last) before it"
            }
        return .error(fact, hint: "It was not taken in; the last complete version is kept")
    }
}

/// Enough of a file's status to see that it was written.
private struct FileStamp: Equatable {
    let size: Int
    let modified: timespec

    init?(_ path: FilePath) {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        size = Int(status.st_size)
        modified = status.st_mtim
    }

    static func == (left: Self, right: Self) -> Bool {
        left.size == right.size && left.modified.tv_sec == right.modified.tv_sec
            && left.modified.tv_nsec == right.modified.tv_nsec
    }
}
