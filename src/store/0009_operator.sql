-- Whether the operator was told that a message cannot be delivered.
ALTER TABLE digests ADD COLUMN operator_told INTEGER NOT NULL DEFAULT 0;
