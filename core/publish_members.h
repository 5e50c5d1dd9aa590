/*
 * An incident's members, as its page asks for them. Most incidents have few: of those each is read
 * once, with what was judged of it, and all questions are answered from that. Of many, whose codes
 * would fill the memory, the store is asked.
 */
#ifndef AITIA_CORE_PUBLISH_MEMBERS_H
#define AITIA_CORE_PUBLISH_MEMBERS_H

#include "core/query.h"
#include "core/store.h"

#define PUBLISH_MEMBERS_FEW 16

struct publish_member {
	const struct sample *sample;
	const struct annotation *annotations; /* all, newest first */
	size_t annotation_count;
	struct query_subject subject;         /* with those that stand */
};

struct publish_members {
	const int64_t *ids; /* ascending */
	const enum member_role *roles;
	size_t count;
	const struct publish_member *few; /* by the same places; NULL: they are many */
};

enum status publish_members_read(struct store *store, struct arena *arena, const char *key, struct publish_members *out,
				 struct error *err) MUST_CHECK;

/* Its place among them; `count`: it is no member. */
size_t publish_member_at(const struct publish_members *members, int64_t id);

/* Likewise whatever they are, many or few, or no member. */
enum status publish_sample_get(struct store *store, struct arena *arena, const struct publish_members *members, int64_t id,
			       const struct sample **out, struct error *err) MUST_CHECK;
enum status publish_annotations_get(struct store *store, struct arena *arena, const struct publish_members *members, int64_t id,
				    const struct annotation **out, size_t *count, struct error *err) MUST_CHECK;

#endif
