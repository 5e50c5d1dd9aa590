/* Which program this is, made of all that was linked into it (tools/program_id.sh): another one may write other pages. */
#ifndef AITIA_CLI_PROGRAM_ID_H
#define AITIA_CLI_PROGRAM_ID_H

extern const char program_id[]; /* hexadecimal digits */

#endif
