#!/bin/sh
# Makes a store as the program of its time makes it: `make.sh AITIA NAME.db`, then `zstd -19 NAME.db`.
# vN.db.zst beside this were made so by the last program whose schema was version N; the tests of
# migrations (tests/storage/test_sqlite_migrate.c) bring each of them up to date.
set -eu
aitia=$1 store=$2
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
export HOME="$work" AITIA_NOW=2026-11-21T10:00:00Z AITIA_STORE="$store" LC_ALL=C.UTF-8

for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	printf '{"external_id":"k%d","code":"int f%d(void)\\n{\\n\\treturn %d;\\n}\\n","message":"message %d of words",' \
		$i $((i % 5)) $((i % 5)) $i
	[ $((i % 3)) -eq 0 ] || printf '"path":"src/a%d.c","line":%d,' $i $((i * 10))
	[ $((i % 4)) -ne 0 ] || printf '"session":"s%d","timestamp":"2026-11-0%dT00:00:00Z",' $((i / 8)) $((i % 9 + 1))
	printf '"rule":"R%d","model":"m%d","prompt":"write it","team":"blue"}\n' $((i % 3)) $((i % 2))
done >"$work/a.jsonl"
printf '{"external_id":"b1","code":"print(1)\\n","path":"b1.py"}\n{"external_id":"b2","code":"print(2)\\n","path":"b2.py"}\nnot json\n' \
	>"$work/b.jsonl"

cd "$work"
"$aitia" --reviewer imp import a.jsonl
"$aitia" --reviewer ann annotate 1 2 3 --cause model/hallucination --symptom wrong_logic --severity Q2 --note 'a note of ann'
"$aitia" --reviewer bob annotate 2 --cause testing --verdict confirmed_defect
"$aitia" --reviewer ann annotate 4 --status deferred
"$aitia" --reviewer ann annotate 5 --cause data_gap
"$aitia" --reviewer ann undo
"$aitia" --reviewer ann incident create 'Wrong code'
"$aitia" --reviewer ann incident add INC-2026-0001 1 2 3
"$aitia" --reviewer ann incident cause INC-2026-0001 model 'it was the model'
"$aitia" --reviewer bob incident event INC-2026-0001 2026-11-01 'it began'
"$aitia" --reviewer bob incident action INC-2026-0001 fix 'mend it'
"$aitia" --reviewer ann incident remove INC-2026-0001 2
"$aitia" --reviewer bob annotate 6 --cause testing
"$aitia" --reviewer bob undo
"$aitia" --reviewer bob redo
"$aitia" --reviewer ann annotate 2 --cause infrastructure
"$aitia" --reviewer imp import --illustrative b.jsonl || [ $? -eq 1 ]
"$aitia" index 2>/dev/null || [ $? -eq 2 ] # of old, there was none
"$aitia" check
