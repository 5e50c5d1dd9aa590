#!/bin/sh
# Installs what is missing of Debian's packages: deps.sh GROUP... (build, test, ci, sites).
# With nothing missing it says so at once and needs no root.
set -eu
build="gcc libc6-dev pkg-config libncurses-dev libsqlite3-dev libcmark-dev libutf8proc-dev libpcre2-dev nettle-dev libinih-dev zlib1g-dev libzstd-dev libzip-dev"
test="libcmocka-dev python3 python3-pyte"
ci="clang clang-tidy cppcheck valgrind libclang-rt-14-dev mandoc"
sites="hugo mkdocs mkdocs-material jekyll python3-yaml python3-feedparser chromium"
wanted=
for group; do
	case $group in
	build) wanted="$wanted $build" ;;
	test) wanted="$wanted $test" ;;
	ci) wanted="$wanted $ci" ;;
	sites) wanted="$wanted $sites" ;;
	*) echo "deps: unknown group '$group' (build, test, ci, sites)" >&2; exit 2 ;;
	esac
done
if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
	echo "deps: no apt-get here; install the equivalents of:$wanted"
	exit 0
fi
missing=
for package in $wanted; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || { echo "deps: nothing is missing"; exit 0; }
root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null 2>&1 || { echo "deps: root is needed: apt-get install$missing" >&2; exit 1; }
	root=sudo
fi
echo "deps: installing$missing"
install() { DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null; }
# The package lists may be absent or old: one update, then one more try.
install 2>/dev/null || { $root apt-get update -qq && install; }
echo "deps: done"
