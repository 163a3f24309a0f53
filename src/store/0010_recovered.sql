-- When a source was heard again after failing, and what the latest own test message came to.

ALTER TABLE sources ADD COLUMN recovered_at   INTEGER;
ALTER TABLE sources ADD COLUMN recovered_from INTEGER; -- since when it had failed
