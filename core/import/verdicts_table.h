/* Internal to verdicts*.c: the table. */
#ifndef AITIA_CORE_IMPORT_VERDICTS_TABLE_H
#define AITIA_CORE_IMPORT_VERDICTS_TABLE_H

#include "core/base/arena.h"
#include "core/import/verdicts.h"

/* What was said of one output. A report says it in several lists: the best counts. */
struct verdict_entry {
	const struct flag *flags;
	size_t flag_count;
	int rank;               /* of the report's list that it came from */
	bool is_of_report, matched;
	struct verdict_entry *newer;  /* all verdicts, newest first: to be counted */
};

/* One verdict may have several ids ("id" and "task_id"), one id several verdicts. */
struct verdict_link {
	struct verdict_entry *verdict;
	struct verdict_link *next;
};

struct verdict_key {
	const char *id;
	struct verdict_link *first, *last;
	struct verdict_link *next_free; /* what the next sample of this id gets, when there are several */
	struct verdict_key *next;       /* in its bucket */
};

struct verdicts {
	struct arena arena;
	struct verdict_key **buckets;
	size_t bucket_count, key_count;
	struct verdict_entry *newest;
	int64_t count, without;
	struct digest digest;
};

/* The key of that id, made when it is new; the id is copied then. */
struct verdict_key *verdicts_key(struct verdicts *verdicts, const char *id);
struct verdict_entry *verdicts_add(struct verdicts *verdicts);
void verdicts_link(struct verdicts *verdicts, struct verdict_key *key, struct verdict_entry *verdict);

/* Everything that `fd` holds. */
enum status verdicts_read(struct verdicts *verdicts, int fd, struct error *err) MUST_CHECK;

#endif
