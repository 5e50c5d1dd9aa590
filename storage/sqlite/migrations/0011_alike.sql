-- Version 10: groups of alike samples that stay. What people say of two samples is journalled
-- like any edit; all else can be made anew from the code at any time (storage/sqlite/alike.h).
--
-- Groups are of bodies: samples with equal code are alike without anybody's work. Behind an
-- import, in small steps, each new body gets a signature (137 bytes), and is held against
-- all others that share one of 13 keys with it. Those keys are not stored: 13 entries a body
-- in no order would be the largest index of the store and slower than all else of an import;
-- one walk over the signatures for some ten thousand new bodies at a time takes its place.

CREATE TABLE alike_link ( -- journalled; what a reviewer said of two samples; of those on the same two, the newest counts
	low           INTEGER NOT NULL REFERENCES sample(id), -- one
	high          INTEGER NOT NULL REFERENCES sample(id), -- the other, greater
	edit          INTEGER NOT NULL REFERENCES edit(id), -- that said so
	word          INTEGER NOT NULL,  -- alike_word: nothing any more, together, apart
	PRIMARY KEY (low, high, edit)
) STRICT, WITHOUT ROWID;

CREATE TABLE alike_state ( -- how far the groups have come; one row
	id            INTEGER PRIMARY KEY CHECK (id = 1),
	form          INTEGER NOT NULL,  -- SIMILAR_FORM of the signatures; others are made anew
	epoch         INTEGER NOT NULL,  -- grows when they are thrown away
	sample_done   INTEGER NOT NULL,  -- bodies of samples up to this one have signatures, but for alike_pending
	grouped       INTEGER NOT NULL   -- signatures up to this number have been held against all others
) STRICT;
INSERT INTO alike_state VALUES (1, 1, 1, 0, 0);

CREATE TABLE alike_pending ( -- samples that an import renewed: their code may be another
	sample        INTEGER PRIMARY KEY REFERENCES sample(id) -- which
) STRICT;

CREATE TABLE alike_sign ( -- the signature of a body that is some sample's code
	number        INTEGER PRIMARY KEY, -- in the order in which they were made
	body          INTEGER NOT NULL UNIQUE REFERENCES body(id), -- whose
	sample        INTEGER NOT NULL,  -- the first that had it
	sign          BLOB NOT NULL      -- core/analysis/similar.h, similar_pack()
) STRICT;

CREATE TABLE alike ( -- bodies that hang together with others
	body          INTEGER PRIMARY KEY REFERENCES body(id), -- which
	cluster       INTEGER NOT NULL,  -- a body: the same for all that likeness or words tie together
	head          INTEGER NOT NULL   -- a body: the same for all of one group; a cluster is one group unless words part it
) STRICT;
CREATE INDEX alike_cluster ON alike(cluster);
CREATE INDEX alike_head ON alike(head);

CREATE TABLE alike_applied ( -- what alike_said was when the groups were last made
	a             INTEGER NOT NULL,  -- body
	b             INTEGER NOT NULL,  -- body, greater
	word          INTEGER NOT NULL,  -- alike_word
	PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

-- What people say, of bodies: the newest word on two of them, where both are grouped.
CREATE VIEW alike_said AS
	SELECT a, b, word FROM (SELECT min(x.code, y.code) AS a, max(x.code, y.code) AS b, l.word AS word,
	 row_number() OVER (PARTITION BY min(x.code, y.code), max(x.code, y.code) ORDER BY e.at_us DESC, e.uuid DESC) AS place
	 FROM alike_link l JOIN edit e ON e.id = l.edit JOIN sample x ON x.id = l.low JOIN sample y ON y.id = l.high
	 WHERE x.code <> y.code)
	WHERE place = 1 AND word <> 0
	AND EXISTS (SELECT 1 FROM alike_sign WHERE body = a AND number <= (SELECT grouped FROM alike_state))
	AND EXISTS (SELECT 1 FROM alike_sign WHERE body = b AND number <= (SELECT grouped FROM alike_state));
