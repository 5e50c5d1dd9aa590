#!/bin/sh
# Runs the given cmocka programs; prints one line each, the output of those that fail, and the sums.
set -u
passed=0; failed=0; broken=0
out=$(mktemp); trap 'rm -f "$out"' EXIT
for bin; do
	${TEST_WRAPPER:-} "$bin" >"$out" 2>&1; code=$?
	ok=$(grep -ac '^\[       OK' "$out"); bad=$(grep -ac '^\[  FAILED  \] [^0-9]' "$out")
	# cmocka names a failed test twice: where it ran and in the summary.
	bad=$((bad / 2))
	if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; broken=$((broken + 1)); fi
	if [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; echo "$bin ran no test" >>"$out"; fi
	passed=$((passed + ok)); failed=$((failed + bad))
	if [ "$bad" -gt 0 ]; then printf 'FAIL %s (exit %s)\n' "${bin#build/}" "$code"; cat "$out"
	else printf 'ok   %-50s %4s tests\n' "${bin#build/}" "$ok"; fi
done
printf '%s passed, %s failed\n' "$passed" "$failed"
[ -n "${SUMS:-}" ] && printf '%s %s\n' "$passed" "$failed" >>"$SUMS"
[ "$failed" -eq 0 ]
