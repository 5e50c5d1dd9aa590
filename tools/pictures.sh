#!/bin/sh
# Makes the pictures of docs/ from the real program: four for the README, all screens for docs/screens.md.
# Needs tmux and ../shared/tools/screenshot.py; the demo has no code flow, so one comes from ../shared/data.
set -eu
cd "$(dirname "$0")/.."
home=$(mktemp -d); socket=$home/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; rm -rf "$home"' EXIT
t() { tmux -S "$socket" "$@"; }
# Polls the screen until it shows the text: no sleeping for luck.
shows() { n=0; until t capture-pane -p | grep -qF "$1"; do n=$((n + 1)); [ $n -lt 400 ] || { t capture-pane -p; echo "no '$1'" >&2; exit 1; }; sleep 0.05; done; }
keys() { t send-keys "$@"; }
columns=140 rows=36 servers=0
shot() { t capture-pane -p -e -N | python3 ../shared/tools/screenshot.py $columns $rows; }
picture() { shot >"docs/$1.svg"; }
screen() { shot >"docs/screens/$1.svg"; }
# begin COLUMNS ROWS COMMAND...: the terminal; one that is there already is ended.
begin() {
	tmux -S "$socket" kill-server 2>/dev/null || true
	servers=$((servers + 1)) socket=$home/tmux$servers # the one before may still be leaving
	columns=$1 rows=$2; shift 2
	t -f /dev/null -u new-session -d -x "$columns" -y "$rows" \
		"cd '$home' && env HOME='$home' XDG_DATA_HOME='$home' XDG_CONFIG_HOME='$home' XDG_STATE_HOME='$home/state' AITIA_REVIEWER=ada COLORTERM=truecolor TERM=tmux-256color LC_ALL=C.UTF-8 '$PWD/aitia' $*"
	t set status off
}

mkdir -p docs/screens
begin 140 36 demo
shows 'of 240'
keys /; shows 'Filter:'; keys -l 'rule:session/'; shows 'session/'; keys Tab; sleep 1; screen filter; keys C-u
keys -l 'phase:stale_session rule:session/*'; keys Enter; shows 'of 34'
keys j j j; shows '4 of'
picture queue
keys i; shows 'routing'
picture cause
keys Escape; sleep 0.2; keys s; shows 'forgetfulness'; screen symptoms
keys Escape; sleep 0.2; keys '?'; shows 'type to filter'; screen help
keys Escape; sleep 0.2; keys :; shows 'Commands'; screen palette
keys Escape; sleep 0.2; keys Enter; shows 'Sample 157'; screen sample
keys ']' ']'; shows '[diff]'; screen diff
keys ']'; shows '[provenance]'; screen provenance
keys '[' '[' '['; shows '[code]'; keys V; shows 'lines 16'; keys j j j; shows 'lines 16-19'; keys m; shows 'long_context'; keys l; shows '┃▶'; screen marks
keys '['; shows '[history]'; screen history
keys '~'; shows 'likeness'; screen similar
keys q; shows 'Sample 157'; keys q; sleep 0.2; keys U; shows 'Log of edits'; shows 'annotate'; screen log
keys q; sleep 0.2; keys I; shows 'INC-2026-0001'; screen incidents
keys Enter; shows 'How long it took'
picture overview
keys Tab; shows '[Members'; shows '#239'; screen members
keys Tab; shows '[Causes'; shows 'intent'; screen causes
keys Tab; shows 'E1'
picture timeline
keys Tab; shows '[Actions'; screen actions
keys Tab; shows '[Draft'; shows 'Summary'; screen draft
keys Tab; shows '[Record'; shows 'fixed_in'; screen record
keys q q; shows 'phase:stale'
keys Escape; shows 'of 240'
keys A; shows '240 samples'
keys 3; shows 'something shipped'
picture insights
keys q; shows '1 of 240'; keys '\;'; shows 'SELECT'
keys -l "SELECT model, count(*) AS samples, sum(level = 'error') AS errors FROM samples GROUP BY model ORDER BY samples DESC"; keys Enter; sleep 1; screen console
keys q; shows '1 of 240'; keys L; shows 'Space mark all'; screen groups

begin 80 24 demo
shows 'of 240'; shows '#240'; screen small

for theme in light colour-blind plain; do
	echo "theme = $theme" >"$home/aitia/config.ini"
	begin 140 36 demo
	shows 'of 240'; shows '#240'
	screen $theme
done
sed -i 's/#1c1c1c/#fdfdfd/g; s/#d0d0d0/#202020/g' docs/screens/light.svg # the theme is for light backgrounds

rm "$home/aitia/config.ini"

begin 140 36 --store "$home/empty.db"
shows 'no samples'; screen empty

./aitia --store "$home/sarif.db" import ../shared/data/sarif/DefectDojo_django-DefectDojo/sarif/appendix_k4.sarif >/dev/null
begin 140 36 --store "$home/sarif.db"
shows '1 of'; keys Enter; shows 'Sample'; keys '}' '}' '}'; shows 'code flow 1: 2 of'; screen path
