-- Version 4: the index of words. Written from C (storage/sqlite/search_index.c), behind
-- the imports and in small transactions: triggers may not write FTS5 tables where the
-- schema is not trusted, and an import should not wait for it.
--
-- One document per sample, with its id, so that hits come in the order of samples, all
-- words of a query are intersected by FTS5 itself, wherever they stand, and the newest
-- are found without sorting. (One per body would make the index smaller by the share of
-- equal bodies, but then each hit is to be joined with the samples that have it, and
-- sorted: at a million samples 400 ms for a common word instead of 0.1.)
--
-- The texts are not stored again: FTS5 reads them from the view where it needs them.
-- Tokens are those of core/words_of_code.h, full detail (phrases).

CREATE TABLE search_state ( -- how far the index has come; one row
	id            INTEGER PRIMARY KEY CHECK (id = 1),
	sample_done   INTEGER NOT NULL,  -- samples up to this one are in `search`, but for search_pending
	annotation_done INTEGER NOT NULL -- annotations up to this one are in search_note, if they have a note
) STRICT;
INSERT INTO search_state VALUES (1, 0, 0);

CREATE TABLE search_pending ( -- samples that an import renewed: to be taken up again
	sample        INTEGER PRIMARY KEY REFERENCES sample(id) -- which; not in `search` until then
) STRICT;

-- What of each sample is searched. Messages are one text; 31 is CODE_TEXT_BREAK.
CREATE VIEW search_text AS
	SELECT s.id AS id, (SELECT bytes FROM body WHERE id = s.code) AS code,
	(SELECT group_concat(message, char(31)) FROM (SELECT message FROM flag WHERE sample = s.id ORDER BY number)) AS messages
	FROM sample s;

-- Exactly what is in the index now: so that it can be compared with it.
CREATE VIEW search_content AS
	SELECT id, code, messages FROM search_text WHERE id <= (SELECT sample_done FROM search_state)
	AND id NOT IN (SELECT sample FROM search_pending);

-- code, message: by sample
CREATE VIRTUAL TABLE search USING fts5(code, messages, content = 'search_content', content_rowid = 'id', tokenize = 'code');

-- Notes by annotation; superseded ones too, and undone ones stay: what is found is looked
-- up in table annotation, which says what stands.
CREATE VIRTUAL TABLE search_note USING fts5(note, content = '', tokenize = 'code');

-- Many small transactions make many small segments. Merging 16 at a time writes each
-- entry 3 times on the way to a million samples instead of 5; a query then looks into up
-- to 15 segments a level. Never all at once ("crisis"), which would hold the lock.
INSERT INTO search(search, rank) VALUES ('automerge', 16), ('crisismerge', 2000);
INSERT INTO search_note(search_note, rank) VALUES ('crisismerge', 2000);
