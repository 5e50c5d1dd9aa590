/* Which component and which rule a result means (3.52.3, 3.54). */
#include <string.h>

#include "core/import/sarif.h"

static bool says(const char *ours, const struct json *theirs)
{
	return ours && json_is(theirs, JSON_STRING) && slice_is(theirs->text, ours);
}

const struct sarif_component *sarif_component_find(const struct sarif_run *run, const struct json *reference)
{
	int64_t index = json_int(json_get(reference, "index"), -1);
	const struct json *guid = json_get(reference, "guid"), *name = json_get(reference, "name");

	if (index >= 0 && (uint64_t)index < run->extensions.len)
		return &run->extensions.items[index];
	for (size_t i = 0; i < run->extensions.len; i++)
		if (says(run->extensions.items[i].guid, guid))
			return &run->extensions.items[i];
	if (!json_is(guid, JSON_STRING) && !says(run->driver.name, name))
		for (size_t i = 0; i < run->extensions.len; i++)
			if (says(run->extensions.items[i].name, name))
				return &run->extensions.items[i];
	return &run->driver;
}

/* The first rule of that id in the component, by halving. */
static const struct sarif_rule *rule_by_id(const struct sarif_component *component, struct slice id)
{
	size_t low = 0, high = component->by_id_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *there = component->by_id[middle]->id;
		int order = strncmp(there, id.at, id.len_bytes);
		if (order < 0)
			low = middle + 1;
		else
			high = middle; /* equal, or a longer one that starts so: what is sought is not behind it */
	}
	if (low < component->by_id_count && slice_is(id, component->by_id[low]->id))
		return component->by_id[low];
	return NULL;
}

static const struct sarif_rule *rule_anywhere(const struct sarif_run *run, const struct sarif_component *component,
					      struct slice id)
{
	const struct sarif_rule *rule = rule_by_id(component, id);

	if (!rule && component != &run->driver)
		rule = rule_by_id(&run->driver, id);
	for (size_t i = 0; i < run->extensions.len && !rule; i++)
		rule = rule_by_id(&run->extensions.items[i], id);
	return rule;
}

/* "CA1000/1/2" is sought as such, then as "CA1000/1", then as "CA1000" (3.52.4). */
static const struct sarif_rule *rule_by_hierarchy(const struct sarif_run *run,
						  const struct sarif_component *component, struct slice id)
{
	while (id.len_bytes > 0) {
		const struct sarif_rule *rule = rule_anywhere(run, component, id);
		if (rule)
			return rule;
		while (id.len_bytes > 0 && id.at[id.len_bytes - 1] != '/')
			id.len_bytes--;
		if (id.len_bytes > 0)
			id.len_bytes--;
	}
	return NULL;
}

static const struct sarif_rule *rule_by_guid(const struct sarif_component *component, const struct json *guid)
{
	for (size_t i = 0; json_is(guid, JSON_STRING) && i < component->rule_count; i++)
		if (says(component->rules[i].guid, guid))
			return &component->rules[i];
	return NULL;
}

const struct sarif_rule *sarif_rule_find(const struct sarif_run *run, const struct json *result)
{
	const struct json *reference = json_get(result, "rule");
	const struct sarif_component *component = sarif_component_find(run, json_get(reference, "toolComponent"));
	const struct json *id = json_get(result, "ruleId");
	int64_t index = json_int(json_get(reference, "index"), -1);

	if (index < 0)
		index = json_int(json_get(result, "ruleIndex"), -1);
	if (index >= 0 && (uint64_t)index < component->rule_count)
		return &component->rules[index];
	const struct sarif_rule *rule = rule_by_guid(component, json_get(reference, "guid"));
	if (rule)
		return rule;
	if (!json_is(id, JSON_STRING))
		id = json_get(reference, "id");
	if (!json_is(id, JSON_STRING) || memchr(id->text.at, '\0', id->text.len_bytes))
		return NULL;
	return rule_by_hierarchy(run, component, id->text);
}
