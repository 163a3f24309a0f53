-- How a source fares: why it fails, whether it was stopped, its rhythm.

ALTER TABLE sources ADD COLUMN block          TEXT;    -- tells its block in sources.toml from another
ALTER TABLE sources ADD COLUMN failure_detail TEXT;    -- of the last visit, when it failed
ALTER TABLE sources ADD COLUMN burden         INTEGER NOT NULL DEFAULT 0; -- of all failures in a row, in quarters
ALTER TABLE sources ADD COLUMN stopped_since  INTEGER; -- not visited until a person acts
ALTER TABLE sources ADD COLUMN moved_to       TEXT;    -- where it says that it moved for good
ALTER TABLE sources ADD COLUMN gap_at         INTEGER; -- when something was last missed, probably
ALTER TABLE sources ADD COLUMN rhythm         TEXT    NOT NULL DEFAULT '{}'; -- JSON

ALTER TABLE visits ADD COLUMN detail TEXT;                       -- what happened, when it failed
ALTER TABLE visits ADD COLUMN gap    INTEGER NOT NULL DEFAULT 0; -- something was probably missed
