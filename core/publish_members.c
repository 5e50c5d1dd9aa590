#include "core/publish_members.h"

size_t publish_member_at(const struct publish_members *members, int64_t id)
{
	size_t low = 0, high = members->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (members->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < members->count && members->ids[low] == id ? low : members->count;
}

static enum status read_one(struct store *store, struct arena *arena, int64_t id, const char *const *key, struct publish_member *out,
			    struct error *err)
{
	struct annotation *standing;
	struct sample *sample;
	enum status status = store->ops->sample_get(store, arena, id, &sample, err);

	if (status == STATUS_OK)
		status = store->ops->annotation_list(store, arena, id, &out->annotations, &out->annotation_count, err);
	if (status != STATUS_OK)
		return status;
	standing = arena_array(arena, out->annotation_count + 1, sizeof(*standing));
	out->sample = sample;
	out->subject = (struct query_subject){ .sample = sample, .annotations = standing, .incidents = key, .incident_count = 1 };
	for (size_t i = 0; i < out->annotation_count; i++)
		if (!out->annotations[i].superseded_by)
			standing[out->subject.annotation_count++] = out->annotations[i];
	return STATUS_OK;
}

enum status publish_members_read(struct store *store, struct arena *arena, const char *key, struct publish_members *out,
				 struct error *err)
{
	struct publish_member *few;
	const char **keys;
	enum status status;

	*out = (struct publish_members){ .ids = NULL };
	status = store->ops->incident_members(store, arena, key, &out->ids, &out->roles, &out->count, err);
	if (status != STATUS_OK || out->count > PUBLISH_MEMBERS_FEW)
		return status;
	few = arena_array(arena, out->count + 1, sizeof(*few));
	keys = arena_array(arena, 1, sizeof(*keys));
	keys[0] = key;
	for (size_t i = 0; i < out->count && status == STATUS_OK; i++)
		status = read_one(store, arena, out->ids[i], keys, &few[i], err);
	out->few = few;
	return status;
}

static const struct publish_member *few_at(const struct publish_members *members, int64_t id)
{
	size_t at = members->few ? publish_member_at(members, id) : members->count;

	return at < members->count ? &members->few[at] : NULL;
}

enum status publish_sample_get(struct store *store, struct arena *arena, const struct publish_members *members, int64_t id,
			       const struct sample **out, struct error *err)
{
	const struct publish_member *member = few_at(members, id);
	struct sample *sample;
	enum status status;

	if (member) {
		*out = member->sample;
		return STATUS_OK;
	}
	status = store->ops->sample_get(store, arena, id, &sample, err);
	*out = sample;
	return status;
}

enum status publish_annotations_get(struct store *store, struct arena *arena, const struct publish_members *members, int64_t id,
				    const struct annotation **out, size_t *count, struct error *err)
{
	const struct publish_member *member = few_at(members, id);

	if (!member)
		return store->ops->annotation_list(store, arena, id, out, count, err);
	*out = member->annotations;
	*count = member->annotation_count;
	return STATUS_OK;
}
