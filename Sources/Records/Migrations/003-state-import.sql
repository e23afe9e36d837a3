-- From here on a run may be a `state import`, which an older program does not know: the version tells it before it reads
-- one. Whether a run that is to be forgotten has left a state is asked by this.
CREATE INDEX state_version_by_run ON state_version (run);
