-- Which project a folder of a host held when it was last used: a `stack.lock` that went missing is noticed there.
CREATE TABLE project_folder (
    host TEXT NOT NULL,
    folder TEXT NOT NULL,
    project TEXT NOT NULL,
    PRIMARY KEY (host, folder)
);
