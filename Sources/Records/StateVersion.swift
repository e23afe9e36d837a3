import Cryptography
import Diagnostics
package import FoundationEssentials

/// A kept version of a stack's Terraform state, without its bytes.
package struct StateVersion: Hashable, Sendable {
    package let stack: String
    /// The order of taking in, over all runs of the stack.
    package let sequence: Int
    package let lineage: String
    /// The run that wrote it; nil for the version that every stack begins with.
    package let run: String?
    package let serial: Int
    package let terraformVersion: String
    package let resources: Int
    /// Bytes of the plain state.
    package let size: Int
    /// Keyed digest of the plain bytes.
    package let digest: String
    package let takenAt: String
    /// Whether the run that wrote it has ended; nobody plans on an unsettled version.
    package let isSettled: Bool
    /// Whether that run succeeded; only then are its outputs what was asked for.
    package let isFromSuccess: Bool
}

/// What is known of a state before it has a place in the order.
package struct NewStateVersion: Sendable {
    package let bytes: Data
    package let lineage: String
    package let serial: Int
    package let terraformVersion: String
    package let resources: Int

    package init(bytes: Data, lineage: String, serial: Int, terraformVersion: String, resources: Int) {
        self.bytes = bytes
        self.lineage = lineage
        self.serial = serial
        self.terraformVersion = terraformVersion
        self.resources = resources
    }
}

extension Records {
    /// The version that a stack begins with: no resources, serial 0. Does nothing when the stack has one already.
    package func addGenesis(_ version: NewStateVersion, stack: String) async throws {
        let now = timestamp
        let digest = key.keyedDigest(of: version.bytes)
        let sequence = 1
        let chunks = try sealed(version.bytes, names: stateNames(stack, version.lineage, nil, sequence))
        try await write(about: stack) { connection in
            guard try connection.newestSequence(of: stack) == 0 else { return }
            try connection.insert(version, stack: stack, sequence: sequence, run: nil, digest: digest, at: now)
            try connection.insert(chunks, stack: stack, sequence: sequence)
            try connection.settle(stack: stack, sequence: sequence, succeeded: true)
        }
    }

    /// Takes in a version that a run wrote; it replaces the one that this run wrote before.
    ///
    /// - Returns: the version's sequence.
    /// - Throws: a `Diagnostic` when the lock was lost.
    @discardableResult
    package func takeIn(_ version: NewStateVersion, lock: LockToken) async throws -> Int {
        let now = timestamp
        let digest = key.keyedDigest(of: version.bytes)
        let records = self
        return try await write(about: lock.stack) { connection in
            try connection.require(lock)
            let sequence = try connection.newestSequence(of: lock.stack) + 1
            try connection.execute(
                "DELETE FROM state_version WHERE stack = $1 AND run = $2", [.text(lock.stack), .text(lock.run)])
            try connection.insert(
                version, stack: lock.stack, sequence: sequence, run: lock.run, digest: digest, at: now)
            let names = stateNames(lock.stack, version.lineage, lock.run, sequence)
            try connection.insert(
                try records.sealed(version.bytes, names: names), stack: lock.stack, sequence: sequence)
            return sequence
        }
    }

    /// Newest first.
    package func stateVersions(of stack: String) async throws -> [StateVersion] {
        try await database.read { connection in
            try connection.rows("SELECT * FROM state_version WHERE stack = $1 ORDER BY sequence DESC", [.text(stack)])
                .map(StateVersion.init)
        }
    }

    /// The version to plan on: the last one of a run that has ended.
    package func newestSettledState(of stack: String) async throws -> StateVersion? {
        try await database.read { connection in
            try connection.row(
                "SELECT * FROM state_version WHERE stack = $1 AND settled = 1 ORDER BY sequence DESC LIMIT 1",
                [.text(stack)]
            ).map(StateVersion.init)
        }
    }

    /// The version whose outputs others use: the last one of a run that succeeded.
    package func newestSuccessfulState(of stack: String) async throws -> StateVersion? {
        try await database.read { connection in
            try connection.row(
                "SELECT * FROM state_version WHERE stack = $1 AND succeeded = 1 ORDER BY sequence DESC LIMIT 1",
                [.text(stack)]
            ).map(StateVersion.init)
        }
    }

    /// Makes a settled version one whose outputs others use, because a plan has found nothing to change in it.
    ///
    /// - Throws: a `Diagnostic` when the lock was lost.
    package func confirm(_ version: StateVersion, lock: LockToken) async throws {
        guard version.isSettled, !version.isFromSuccess else { return }
        try await write(about: lock.stack) { connection in
            try connection.require(lock)
            try connection.settle(stack: version.stack, sequence: version.sequence, succeeded: true)
        }
    }

    /// The version that a run has written so far.
    package func state(writtenBy run: String, stack: String) async throws -> StateVersion? {
        try await database.read { connection in
            try connection.row(
                "SELECT * FROM state_version WHERE stack = $1 AND run = $2 ORDER BY sequence DESC LIMIT 1",
                [.text(stack), .text(run)]
            ).map(StateVersion.init)
        }
    }

    /// The plain bytes of a kept version.
    ///
    /// - Throws: a `Diagnostic` when the row was changed or belongs elsewhere.
    package func bytes(of version: StateVersion) async throws -> Data {
        let chunks = try await database.read { connection in
            try connection.rows(
                "SELECT sealed FROM state_chunk WHERE stack = $1 AND sequence = $2 ORDER BY part",
                [.text(version.stack), SQLValue(version.sequence)]
            ).map { try $0.data("sealed") }
        }
        return try opened(
            chunks, names: stateNames(version.stack, version.lineage, version.run, version.sequence),
            what: "version \(version.sequence) of the state")
    }
}

/// What a kept state is sealed with, so that a row that was put in another's place does not open.
func stateNames(_ stack: String, _ lineage: String, _ run: String?, _ sequence: Int) -> [String] {
    ["state", stack, lineage, run ?? "", "\(sequence)"]
}

extension SQLConnection {
    func newestSequence(of stack: String) throws -> Int {
        try row("SELECT MAX(sequence) AS newest FROM state_version WHERE stack = $1", [.text(stack)])?
            .optionalInteger("newest") ?? 0
    }

    func insert(
        _ version: NewStateVersion, stack: String, sequence: Int, run: String?, digest: String, at time: String
    ) throws {
        try execute(
            """
            INSERT INTO state_version
            (stack, sequence, lineage, run, serial, terraform_version, resources, size, digest, taken_at, settled, succeeded)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)
            """,
            [
                .text(stack), SQLValue(sequence), .text(version.lineage), SQLValue(run), SQLValue(version.serial),
                .text(version.terraformVersion), SQLValue(version.resources), SQLValue(version.bytes.count),
                .text(digest), .text(time),
            ])
    }

    func newestSettledSequence(of stack: String) throws -> Int {
        try row(
            "SELECT MAX(sequence) AS newest FROM state_version WHERE stack = $1 AND settled = 1", [.text(stack)])?
            .optionalInteger("newest") ?? 0
    }

    func insert(_ chunks: [Data], stack: String, sequence: Int) throws {
        for (part, chunk) in chunks.enumerated() {
            try execute(
                "INSERT INTO state_chunk (stack, sequence, part, sealed) VALUES ($1, $2, $3, $4)",
                [.text(stack), SQLValue(sequence), SQLValue(part), .blob(chunk)])
        }
    }

    /// Marks a version as one to plan on.
    fileprivate func settle(stack: String, sequence: Int, succeeded: Bool) throws {
        try execute(
            "UPDATE state_version SET settled = 1, succeeded = $1 WHERE stack = $2 AND sequence = $3",
            [SQLValue(succeeded), .text(stack), SQLValue(sequence)])
    }

    /// Marks what a run wrote as settled: part of the transaction that ends the run.
    func settleStates(of run: String, stack: String, succeeded: Bool) throws {
        let settled = try execute(
            "UPDATE state_version SET settled = 1, succeeded = $1 WHERE stack = $2 AND run = $3",
            [SQLValue(succeeded), .text(stack), .text(run)])
        // What was found is told of another state than the one that counts now.
        if settled > 0 { try forgetDrift(of: stack) }
    }
}

extension StateVersion {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            stack: try row.text("stack"), sequence: try row.integer("sequence"), lineage: try row.text("lineage"),
            run: try row.optionalText("run"), serial: try row.integer("serial"),
            terraformVersion: try row.text("terraform_version"), resources: try row.integer("resources"),
            size: try row.integer("size"), digest: try row.text("digest"), takenAt: try row.text("taken_at"),
            isSettled: try row.bool("settled"), isFromSuccess: try row.bool("succeeded"))
    }
}
