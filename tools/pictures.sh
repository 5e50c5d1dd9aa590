#!/bin/sh
# Makes the README's pictures from the real program on the demo: needs tmux and ../shared/tools/screenshot.py.
set -eu
cd "$(dirname "$0")/.."
home=$(mktemp -d); socket=$home/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; rm -rf "$home"' EXIT
t() { tmux -S "$socket" "$@"; }
# Polls the screen until it shows the text: no sleeping for luck.
shows() { n=0; until t capture-pane -p | grep -qF "$1"; do n=$((n + 1)); [ $n -lt 200 ] || { t capture-pane -p; echo "no '$1'" >&2; exit 1; }; sleep 0.05; done; }
picture() { t capture-pane -p -e -N | python3 ../shared/tools/screenshot.py "$1" "$2" >"docs/$3.svg"; }

t -f /dev/null -u new-session -d -x 140 -y 36 \
	"XDG_DATA_HOME=$home AITIA_REVIEWER=ada TERM=tmux-256color LC_ALL=C.UTF-8 ./aitia demo"
t set status off
shows 'of 240'
t send-keys / ; shows 'Filter:'
t send-keys -l 'phase:stale_session rule:session/*'; t send-keys Enter; shows 'phase:stale'
t send-keys j j j; shows '4 of'
picture 140 36 queue
t send-keys i; shows 'routing'
picture 140 36 cause
t send-keys Escape I; shows 'INC-2026-0001'
t send-keys Enter; shows 'Milestones by cohort'
picture 140 36 overview
t send-keys Tab Tab Tab; shows 'E1'
picture 140 36 timeline
t send-keys q q; shows 'phase:stale'
t send-keys Escape; shows 'of 240'
t send-keys A; shows '240 samples'
t send-keys 3; shows 'something shipped'
picture 140 36 insights
t send-keys Q
