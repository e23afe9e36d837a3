-- SQL that SQLite and PostgreSQL both understand. Never edited once released: a change is a new file.

-- One row: which database this is, and which key seals what it holds.
CREATE TABLE store (
    id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    key_fingerprint TEXT NOT NULL
);

-- A stack, by an id that never changes; its name is for people.
CREATE TABLE stack (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (project, name)
);

-- The lock of a stack. The row stays; `run` is NULL while it is free, and `token` only grows.
CREATE TABLE stack_lock (
    stack TEXT PRIMARY KEY REFERENCES stack (id),
    token BIGINT NOT NULL,
    run TEXT,
    -- Which process took it, as JSON.
    holder TEXT,
    since TEXT
);

CREATE TABLE run (
    id TEXT PRIMARY KEY,
    stack TEXT NOT NULL REFERENCES stack (id),
    operation TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    ended_at TEXT,
    -- The process that works on the run now, as JSON; NULL when none does.
    process TEXT,
    -- Who started it, where and from which commit, as JSON.
    origin TEXT NOT NULL,
    workspace TEXT,
    -- What the plan was made from and is bound to, as JSON; NULL until it is planned.
    binding TEXT,
    summary TEXT,
    -- Why it ended as it did, for people.
    message TEXT,
    -- JSON: who approved it, when and where.
    approval TEXT,
    -- JSON: resources that may exist and are not in the state.
    unknown_resources TEXT,
    exit_code BIGINT,
    cancel_requested_at TEXT
);
CREATE INDEX run_by_stack ON run (stack, id);
CREATE INDEX run_by_status ON run (status);

-- Kept versions of a stack's state. `sequence` is the order in which they were taken in, over all runs of the stack.
CREATE TABLE state_version (
    stack TEXT NOT NULL REFERENCES stack (id),
    sequence BIGINT NOT NULL,
    lineage TEXT NOT NULL,
    -- NULL for the version that every stack begins with.
    run TEXT REFERENCES run (id),
    serial BIGINT NOT NULL,
    terraform_version TEXT NOT NULL,
    resources BIGINT NOT NULL,
    size BIGINT NOT NULL,
    -- Keyed digest of the plain bytes.
    digest TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    -- 1 once the run that wrote it has ended: only such a version is planned on.
    settled BIGINT NOT NULL CHECK (settled IN (0, 1)),
    -- 1 when the run that wrote it succeeded: only such a version's outputs are used by others.
    succeeded BIGINT NOT NULL CHECK (succeeded IN (0, 1)),
    PRIMARY KEY (stack, sequence)
);

CREATE TABLE state_chunk (
    stack TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    part BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (stack, sequence, part),
    FOREIGN KEY (stack, sequence) REFERENCES state_version (stack, sequence) ON DELETE CASCADE
);

-- What belongs to a run and is secret: the plan file, the files that planning made, the plan as it was shown.
CREATE TABLE run_artifact (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    part BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (run, kind, part)
);

-- What happened in a run, masked, in order; one row an event, so that it can be followed from anywhere.
CREATE TABLE run_event (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, sequence)
);

CREATE TABLE cluster (
    project TEXT NOT NULL,
    handle TEXT NOT NULL,
    stack TEXT NOT NULL REFERENCES stack (id),
    record TEXT NOT NULL,
    run TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- Set when the stack that made it was destroyed.
    gone_at TEXT,
    PRIMARY KEY (project, handle)
);

CREATE TABLE cluster_history (
    project TEXT NOT NULL,
    handle TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    at TEXT NOT NULL,
    run TEXT NOT NULL,
    change TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (project, handle, sequence)
);
