/*
 * Text that hides in other text: controls, bidi overrides, zero-width, tag and other
 * characters that nothing shows (utf8_is_hidden: Trojan Source, CVE-2021-42574, and what
 * smuggles instructions past a reader). Variation selectors and joiners that do what they
 * are for, right behind an emoji, do not count.
 */
#ifndef AITIA_CORE_HIDDEN_TEXT_H
#define AITIA_CORE_HIDDEN_TEXT_H

#include <stddef.h>

#include "core/base/slice.h"

/* How many such characters there are. Bytes that are no UTF-8 are none of them. */
size_t hidden_text_count(struct slice text);

/* The same as a pattern (PCRE2, UTF), which is what is:hidden-text looks for. */
#define HIDDEN_TEXT_PATTERN                                                                                    \
	"[\\x{0}-\\x{8}\\x{B}-\\x{C}\\x{E}-\\x{1F}\\x{7F}-\\x{9F}\\x{AD}\\x{34F}\\x{61C}\\x{115F}-\\x{1160}"    \
	"\\x{17B4}-\\x{17B5}\\x{180B}-\\x{180F}\\x{200B}-\\x{200C}\\x{200E}-\\x{200F}\\x{2028}-\\x{202E}"       \
	"\\x{2060}-\\x{206F}\\x{3164}\\x{FE00}-\\x{FE0D}\\x{FEFF}\\x{FFA0}\\x{FFF0}-\\x{FFFB}"                  \
	"\\x{13430}-\\x{1343F}\\x{1BCA0}-\\x{1BCA3}\\x{1D173}-\\x{1D17A}\\x{E0000}-\\x{E0FFF}]"                 \
	"|[\\x{FE0E}\\x{FE0F}](?<![#*0-9\\x{A9}\\x{AE}\\x{203C}-\\x{3299}\\x{1F000}-\\x{1FAFF}][\\x{FE0E}\\x{FE0F}])" \
	"|\\x{200D}(?<![#*0-9\\x{A9}\\x{AE}\\x{203C}-\\x{3299}\\x{FE0F}\\x{1F000}-\\x{1FAFF}]\\x{200D})"

#endif
