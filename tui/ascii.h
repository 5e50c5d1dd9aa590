/* What a terminal without Unicode shows in place of a character: a look-alike, or '?'. */
#ifndef AITIA_TUI_ASCII_H
#define AITIA_TUI_ASCII_H

#include <stdint.h>

char ascii_for(uint32_t character);

#endif
