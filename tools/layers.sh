#!/bin/sh
# The dependency walls of the house, read from the compiler's own dependency files:
#   layers.sh BUILD_FOLDER SOURCE...
# A line of the table: sources (pattern) | folders of ours that they may include | system headers barred unless listed
set -u
build=$1; shift
bad=0
complain() { printf 'layers: %s includes %s: %s\n' "$1" "$2" "$3"; bad=1; }

for source; do
	case $source in
	core/base/*) own='core/base/' ;;
	core/*) own='core/' ;;
	storage/sqlite/*) own='core/ storage/' ;;
	templates/*) own='core/ templates/' ;;
	tui/*) own='core/ tui/' ;;
	cli/*) own='core/ storage/ templates/ tui/ cli/' ;;
	*) echo "layers: no rule for $source"; bad=1; continue ;;
	esac
	deps=$build/${source%.c}.d
	[ -f "$deps" ] || { echo "layers: no dependency file for $source (compile first)"; bad=1; continue; }
	# First rule only: behind it stand the empty rules that -MP adds.
	for header in $(awk 'NR > 1 && /^[^ ].*:/ { exit } { gsub(/\\$/, ""); print }' "$deps" | tr ' ' '\n' | grep '\.h$\|\.def$'); do
		case $header in
		/*)
			case $header in
			*/sqlite3*.h) case $source in storage/sqlite/*) ;; *) complain "$source" "$header" "only storage/sqlite/ may" ;; esac ;;
			*/libpq*) case $source in storage/postgres/*) ;; *) complain "$source" "$header" "only storage/postgres/ may" ;; esac ;;
			*/cmark*.h) case $source in templates/markdown*.c) ;; *) complain "$source" "$header" "only templates/markdown*.c may" ;; esac ;;
			*curses*.h) case $source in tui/term_curses*.[ch]) ;; *) complain "$source" "$header" "only tui/term_curses*.c may" ;; esac ;;
			*/utf8proc.h) case $source in core/base/utf8.c) ;; *) complain "$source" "$header" "only core/base/utf8.c may" ;; esac ;;
			*/pcre2*.h) case $source in core/base/regex.c) ;; *) complain "$source" "$header" "only core/base/regex.c may" ;; esac ;;
			*/nettle/*) case $source in core/base/digest.c) ;; *) complain "$source" "$header" "only core/base/digest.c may" ;; esac ;;
			*/zlib.h|*/zstd*.h) case $source in core/base/unpack.c) ;; *) complain "$source" "$header" "only core/base/unpack.c may" ;; esac ;;
			*/zip.h|*/zipconf.h) case $source in core/base/zip.c|core/base/zip_library.[ch]) ;; *) complain "$source" "$header" "only core/base/zip.c and zip_library may" ;; esac ;;
			*/ini.h) case $source in cli/config.c) ;; *) complain "$source" "$header" "only cli/config.c may" ;; esac ;;
			esac ;;
		*)
			allowed=no
			for folder in $own; do case $header in "$folder"*) allowed=yes ;; esac; done
			[ "$allowed" = yes ] || complain "$source" "$header" "may include only: $own" ;;
		esac
	done
done
exit $bad
