-- Version 14: what an incident was about, as a query.

ALTER TABLE incident ADD COLUMN signature TEXT; -- query that finds what it was about, for the watch after the fix; NULL: the rules that flagged its members
