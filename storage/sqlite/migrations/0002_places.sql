-- Version 2: what else a finding speaks of. Few samples have places and a list never
-- shows them: a table of its own, read by its key alone, costs the others nothing.

CREATE TABLE place ( -- a further location, a step of a code flow or stack, a replacement of a fix
	sample        INTEGER NOT NULL REFERENCES sample(id), -- whose
	number        INTEGER NOT NULL,  -- in the order of the input, from 1
	role          INTEGER NOT NULL,  -- place_role
	group_number  INTEGER NOT NULL,  -- which flow, stack or fix, from 1; 0 = the role has no groups
	nesting       INTEGER NOT NULL,  -- of a step: calls it is deep, from 0
	path          TEXT,              -- of the file
	start_line    INTEGER,           -- region, as of samples; of a fix: what is replaced
	start_column  INTEGER,
	end_line      INTEGER,
	end_column    INTEGER,
	message       TEXT,              -- what it says; of a fix: what it does
	text          BLOB,              -- the code there; of a fix: what comes in its stead
	PRIMARY KEY (sample, number)
) STRICT, WITHOUT ROWID;
