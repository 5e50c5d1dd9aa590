-- Version 7: samples that are put off until something happens, and duplicates that say of
-- which sample. Columns that are added to journalled tables may be NULL: changesets of
-- before this version do not have them.

-- What a deferred sample waits for (core/defer.h): '2026-12-05T00:00:00Z', a time;
-- 'INC-2026-0001', that this incident is resolved; 'hits:QUERY', that the query has hits.
-- NULL: for nothing that is known. Always NULL unless the status is deferred.
ALTER TABLE sample ADD COLUMN deferred_until TEXT; -- what it waits for: a time, an incident, hits of a query
CREATE INDEX sample_deferred ON sample(deferred_until) WHERE deferred_until IS NOT NULL;

ALTER TABLE edit_sample ADD COLUMN deferred_until TEXT; -- until when the edit deferred it, where it gave that status

ALTER TABLE annotation ADD COLUMN duplicate_of INTEGER REFERENCES sample(id); -- the sample that this one duplicates; verdict duplicate alone has one
CREATE INDEX annotation_duplicate ON annotation(duplicate_of) WHERE duplicate_of IS NOT NULL;
