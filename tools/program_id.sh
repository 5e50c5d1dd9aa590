#!/bin/sh
# What tells this build from another one, as C: program_id.sh OBJECT... > out.c. Equal objects give an equal id.
set -eu
if command -v sha256sum >/dev/null; then sum=sha256sum; else sum='shasum -a 256'; fi
id=$(cat "$@" | $sum | cut -d' ' -f1)
[ ${#id} -eq 64 ]
printf '#include "cli/program_id.h"\nconst char program_id[] = "%s";\n' "$id"
