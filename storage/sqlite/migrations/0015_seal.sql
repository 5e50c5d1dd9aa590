-- Version 15: a digest in each entry of the operation log, over what never changes of it and the
-- digest of the entry before. `aitia check` computes it again: an entry that was altered, or is
-- gone, is seen. The entries that are there get theirs now (edit_seal.c): for them it tells
-- what they were when the store came to this version.

ALTER TABLE edit ADD COLUMN digest BLOB; -- SHA-256; what it is of: storage/sqlite/edit_seal.c
