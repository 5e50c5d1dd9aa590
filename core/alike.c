#include "core/alike.h"

#include <inttypes.h>

const char *alike_word_word(enum alike_word word)
{
	static const char *const words[ALIKE_WORD_COUNT] = { "unsaid", "together", "apart" };

	return (unsigned)word < ALIKE_WORD_COUNT ? words[word] : words[0];
}

const char *alike_proposal(const struct alike_group *group)
{
	return group->cause && group->agree * 2 > group->judged ? group->cause : NULL;
}

char *alike_proposal_text(struct arena *arena, const struct alike_group *group)
{
	if (group->judged == 1)
		return arena_printf(arena, "the one alike sample that has a cause says %s", group->cause);
	return arena_printf(arena, "%" PRId64 " of %" PRId64 " alike samples that have a cause say %s", group->agree,
			    group->judged, group->cause);
}
