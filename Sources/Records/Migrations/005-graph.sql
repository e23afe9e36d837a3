-- What the last look at a stack's real resources found.
CREATE TABLE drift (
    stack TEXT PRIMARY KEY REFERENCES stack (id),
    -- inSync, drifted or unreachable
    result TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    -- When this result was found first.
    since TEXT NOT NULL,
    -- When something of the stack was found drifted first; NULL while nothing is known to be. An unreachable stack keeps it.
    drifted_since TEXT,
    -- The run that looked; it may have been pruned.
    run TEXT,
    -- JSON: addresses and names of attributes, never values; or why nothing could be found out.
    detail TEXT
);

-- Many stacks as one: what one command did with a part of the graph.
CREATE TABLE graph_run (
    id TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    -- plan, apply, destroy, ...
    operation TEXT NOT NULL,
    created_at TEXT NOT NULL,
    -- NULL while it is under way, or when its process died.
    ended_at TEXT,
    -- Who started it, where and from which commit, as JSON.
    origin TEXT NOT NULL
);
CREATE INDEX graph_run_by_age ON graph_run (project, created_at, id);

-- What came of each of its stacks.
CREATE TABLE graph_run_stack (
    project TEXT NOT NULL,
    graph_run TEXT NOT NULL REFERENCES graph_run (id),
    -- By name: one that was never begun may have no row of its own.
    stack TEXT NOT NULL,
    -- waiting, planned, succeeded, failed, skipped, ...
    result TEXT NOT NULL,
    -- The last run of the stack within it; NULL when none was begun.
    run TEXT,
    -- Why, for people.
    message TEXT,
    PRIMARY KEY (project, graph_run, stack)
);
