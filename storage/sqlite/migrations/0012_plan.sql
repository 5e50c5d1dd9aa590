-- Version 12: sampling plans. All three tables are journalled: a plan comes and goes with the
-- edit that made it, whose number it has. Of two plans with one name the newer counts, so that
-- stores can be merged whatever they call theirs.

CREATE TABLE plan ( -- journalled; which samples are to be looked at, so that something can be said of all
	edit          INTEGER PRIMARY KEY REFERENCES edit(id), -- that made it
	name          TEXT NOT NULL,     -- for sampled:NAME in queries
	form          INTEGER NOT NULL,  -- plan_form
	query         TEXT NOT NULL,     -- what it was drawn from
	key           TEXT,              -- whose values are the strata; NULL: there is one stratum
	seed          INTEGER NOT NULL   -- the same draws the same samples from the same store
) STRICT;
CREATE INDEX plan_name ON plan(name);

CREATE TABLE plan_stratum ( -- journalled; a part of a plan within which it was drawn
	plan          INTEGER NOT NULL REFERENCES plan(edit) DEFERRABLE INITIALLY DEFERRED,
	number        INTEGER NOT NULL,  -- from 1
	value         TEXT,              -- of the key; NULL: samples without one
	population    INTEGER NOT NULL,  -- samples that it was drawn from, as of then
	PRIMARY KEY (plan, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_sample ( -- journalled; a sample that was drawn
	plan          INTEGER NOT NULL REFERENCES plan(edit) DEFERRABLE INITIALLY DEFERRED,
	sample        INTEGER NOT NULL REFERENCES sample(id), -- which
	stratum       INTEGER NOT NULL,  -- its number
	PRIMARY KEY (plan, sample)
) STRICT, WITHOUT ROWID;
CREATE INDEX plan_sample_sample ON plan_sample(sample);
