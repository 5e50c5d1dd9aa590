#!/bin/sh
# A file as a C array: embed.sh PATH > out.c. `PATH` with / . - as _ names it:
#   const unsigned char embed_NAME[]; const size_t embed_NAME_len;   (a NUL stands behind the last byte)
set -eu
name=$(printf %s "$1" | tr -c 'A-Za-z0-9' _)
printf '#include <stddef.h>\nextern const unsigned char embed_%s[];\nextern const size_t embed_%s_len;\n' "$name" "$name"
printf 'const unsigned char embed_%s[] = {\n' "$name"
od -An -v -tx1 "$1" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
printf '0x00 };\nconst size_t embed_%s_len = sizeof(embed_%s) - 1;\n' "$name" "$name"
