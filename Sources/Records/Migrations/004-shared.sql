-- Several projects may share a database. Each seals what is its own with a key of its own.
CREATE TABLE project (
    id TEXT PRIMARY KEY,
    key_fingerprint TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- Where its records have moved, or come from until they are whole, as JSON; NULL when they are kept here.
    moved_to TEXT
);
INSERT INTO project (id, key_fingerprint, created_at)
SELECT DISTINCT stack.project, store.key_fingerprint, store.created_at FROM stack, store;
ALTER TABLE store DROP COLUMN key_fingerprint;

-- Whoever holds a lock says so again and again. In milliseconds since 1970, by the database's clock.
ALTER TABLE stack_lock ADD COLUMN renewed_at BIGINT;
ALTER TABLE stack_lock ADD COLUMN expires_at BIGINT;
-- What the holder is at.
ALTER TABLE stack_lock ADD COLUMN phase TEXT;

-- When the run's plan was consumed; NULL while nothing can have been changed by it.
ALTER TABLE run ADD COLUMN applied_at TEXT;

CREATE INDEX run_by_age ON run (stack, created_at, id);
CREATE INDEX cluster_by_stack ON cluster (stack);
