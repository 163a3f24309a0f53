-- What a host reserves for text and data mining (its /.well-known/tdmrep.json), as rules like those above;
-- empty when it reserves nothing.
ALTER TABLE robots ADD COLUMN reserved TEXT NOT NULL DEFAULT '';
