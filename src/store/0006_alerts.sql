-- An alert is a message like an overview, but its hits still stand in the next overview.
ALTER TABLE digests ADD COLUMN kind TEXT NOT NULL DEFAULT 'digest' CHECK (kind IN ('digest', 'alert'));

-- Which hit stands in which alert.
CREATE TABLE alert_hits (
    recipient INTEGER NOT NULL REFERENCES recipients ON DELETE CASCADE,
    hit       INTEGER NOT NULL REFERENCES hits ON DELETE CASCADE,
    digest    INTEGER NOT NULL REFERENCES digests ON DELETE CASCADE,
    PRIMARY KEY (recipient, hit)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_hits_by_hit ON alert_hits (hit);
CREATE INDEX alert_hits_by_digest ON alert_hits (digest);
