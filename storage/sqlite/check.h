/* Inside db_check(): its parts, and how they say what they find. */
#ifndef AITIA_STORAGE_SQLITE_CHECK_H
#define AITIA_STORAGE_SQLITE_CHECK_H

#include "storage/sqlite/sqlite_db.h"

struct checking {
	struct sqlite_store *db;
	void (*found)(void *context, const char *finding);
	void *context;
	int64_t findings;
};

void checking_report(struct checking *check, const char *format, ...) PRINTF_LIKE(2, 3);

/* Entries of the log against their digests, and against what is noted of them (check_log.c). */
enum status check_log(struct checking *check, struct error *err) MUST_CHECK;
/* Samples against the digests of what came, and what lists show of them (check_samples.c). */
enum status check_samples(struct checking *check, struct error *err) MUST_CHECK;
/* Signatures of code against the code (check_alike.c). */
enum status check_alike(struct checking *check, struct error *err) MUST_CHECK;
/* The index of words against the texts (check_index.c). */
enum status check_index(struct checking *check, struct error *err) MUST_CHECK;

#endif
