-- Version 3: what makes imports fast, measured by `make bench` (docs/bench.md).
--
-- Digests are random, so an index over them is written all over: once it is larger than
-- the page cache, each new row costs a page read and a page written. Here they hold the
-- first 8 bytes of the 32 (15 bytes an entry instead of 40; the row itself decides, so
-- that equal beginnings are no harm), and none stands behind a UNIQUE: such ones cannot
-- be dropped, and an import into an empty store makes its indexes after the rows.

-- Values of two columns are made in another way from now on: fingerprint and content_digest
-- of samples over the digests of their texts, and batch.file_digest over the digests of the
-- records that were read, instead of over all bytes again. A file that an older version
-- imported therefore comes in anew; there was no release of one.

DROP INDEX sample_fingerprint;
CREATE INDEX sample_fingerprint ON sample(substr(fingerprint, 1, 8)); -- unique as a whole: checked by imports

CREATE TABLE body_3 ( -- a text of samples; equal ones are stored once
	id            INTEGER PRIMARY KEY, -- in the order of import
	sha256        BLOB NOT NULL,     -- of bytes; cryptographic, since samples are hostile; unique
	len_bytes     INTEGER NOT NULL,  -- of bytes
	bytes         BLOB NOT NULL      -- exactly as they came, invalid UTF-8 and NUL included
) STRICT;
INSERT INTO body_3 (id, sha256, len_bytes, bytes) SELECT id, sha256, len_bytes, bytes FROM body ORDER BY id;
DROP TABLE body;
ALTER TABLE body_3 RENAME TO body;
CREATE INDEX body_sha256 ON body(substr(sha256, 1, 8));

-- A set of attributes is stored once (table provenance), which is worth its rows only
-- where samples share it. A single value of a sample's own among them, a latency or the
-- name of a request, would make every set a new one: 7 rows a sample, half of all time.
-- So an import that meets few equal sets takes the key with the most values out of them:
-- its values stand with the sample, packed, found by reading them all.

CREATE TABLE own_key ( -- a provenance key whose values stand in sample_own, of some samples at least
	id            INTEGER PRIMARY KEY,
	text          TEXT NOT NULL UNIQUE -- clean UTF-8
) STRICT;

CREATE TABLE sample_own ( -- what else is known of how a sample came to be, besides its provenance
	sample        INTEGER PRIMARY KEY REFERENCES sample(id), -- whose
	items         BLOB NOT NULL      -- keys, values, certainties and places in the input: storage/sqlite/own.h
) STRICT;
