#!/usr/bin/env python3
"""Key to paint and first paint of the workbench, beside tig and a bare list, in one run: `make bench-tui`.

Each program is started anew in each round, in turn, under the same meter (../shared/bench/ptybench.py),
so that what other programs do to the machine is done to all of them. Stores are those of bench_store.py;
tig reads a repository of 100,000 commits made by `git fast-import`.
"""
import argparse
import datetime
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys

from bench import ROOT, WORK, cpu_name, generate, remove_store
from bench_store import make_store, row

COMMITS = 100000
KEYS = "j*100 PgDn*50"
STATE = os.path.join(WORK, "state")


def make_repository():
    path = os.path.join(WORK, "commits")
    if os.path.exists(os.path.join(path, "whole")):
        return path
    shutil.rmtree(path, ignore_errors=True)
    subprocess.run(["git", "init", "-q", "-b", "main", path], check=True)
    print("bench: making %s" % path, file=sys.stderr)
    child = subprocess.Popen(["git", "-C", path, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    for i in range(COMMITS):
        message = "change %d: make the queue drain in the order of arrival\n" % i
        body = "line %d\n" % i
        child.stdin.write(("commit refs/heads/main\nmark :%d\ncommitter Ada <ada@example.org> %d +0000\ndata %d\n%s%sM 644 inline f%d\n"
                           "data %d\n%s\n" % (i + 1, 1700000000 + i * 60, len(message), message,
                                              "from :%d\n" % i if i else "", i % 50, len(body), body)).encode())
    child.stdin.close()
    if child.wait():
        sys.exit("bench: git fast-import failed")
    open(os.path.join(path, "whole"), "w").close()
    return path


def meter(args, command, env=(), keys=KEYS, warm=None, cwd=None):
    shutil.rmtree(STATE, ignore_errors=True)  # no session to go on from
    line = [sys.executable, args.ptybench, "--keys", keys, "--cols", "200", "--rows", "60", "--runs", "1",
            "--timeout", "400"]
    for assignment in env:
        line += ["--env", assignment]
    if warm:
        line += ["--warm", warm]
    if cwd:
        line += ["--cwd", cwd]
    return json.loads(subprocess.run(line + ["--"] + command, check=True, stdout=subprocess.PIPE, text=True).stdout)


class Busy:
    """An import into the store, and a count and a search of other processes, again and again."""

    def __init__(self, args, store):
        env = dict(os.environ, AITIA_STORE=store, AITIA_REVIEWER="other")
        more = generate(args.generator, 10000, 8, "jsonl", "jsonl")
        loop = ("while :; do '%(a)s' import '%(f)s'; done & while :; do '%(a)s' count 'text:zqxjkv'; done & "
                "while :; do '%(a)s' list 'return value' --limit=50; done") % {"a": args.aitia, "f": more}
        self.child = subprocess.Popen(["sh", "-c", loop], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                      start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


def programs(args):
    """(name, a function that measures it once)"""
    out = []
    for count in args.counts:
        store = make_store(args, count)
        env = ["AITIA_STORE=" + store, "AITIA_REVIEWER=bench", "XDG_STATE_HOME=" + STATE]
        out.append(("aitia, %s" % f"{count:,}", lambda e=env: meter(args, [args.aitia], e)))
        out.append(("bare list, %s" % f"{count:,}", lambda s=store: meter(args, [args.bare, s])))
    if shutil.which("tig"):
        repository = make_repository()
        out.append(("tig, 100,000 commits", lambda: meter(args, ["tig"], cwd=repository)))
    return out


def busy_program(args, count):
    copy = os.path.join(WORK, "busy.db")
    remove_store(copy)
    shutil.copyfile(make_store(args, count), copy)
    env = ["AITIA_STORE=" + copy, "AITIA_REVIEWER=bench", "XDG_STATE_HOME=" + STATE]
    # Its own count of a search that scans is under way too while the keys come.
    return copy, lambda: meter(args, [args.aitia], env, warm="/ 'text:retur' Enter")


def report(args, got):
    lines = ["%s, %d cores, load %.1f; %d rounds, medians over them; %s" %
             (cpu_name(), os.cpu_count(), os.getloadavg()[0], args.rounds, datetime.date.today()), "",
             row("200 x 60", "first paint, ms", "j, p50 / p99, ms", "PgDn, p50 / p99, ms", "CPU of a j, ms", "resident, MB"),
             row(*["---"] * 6)]
    for name, runs in got.items():
        def of(group, key, what="paint_ms"):
            values = [run["keys"][group][what][key] for run in runs if run["keys"][group][what]]
            return statistics.median(values) if values else float("nan")
        lines.append(row(name, "%.1f" % statistics.median(run["first_paint_ms"] for run in runs),
                         "%.2f / %.2f" % (of("j", "median"), of("j", "p99")), "%.2f / %.2f" % (of("PgDn", "median"), of("PgDn", "p99")),
                         "%.2f" % of("j", "median", "cpu_ms"),
                         "%.1f" % statistics.median(run["rss_mb"] for run in runs)))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aitia", required=True)
    parser.add_argument("--bare", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--ptybench", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("counts", nargs="+", type=int)
    args = parser.parse_args()
    args.aitia, args.bare = os.path.abspath(args.aitia), os.path.abspath(args.bare)
    if not os.path.exists(args.ptybench):
        sys.exit("bench: %s is not there: PTYBENCH=PATH names another" % args.ptybench)
    os.chdir(ROOT)
    os.makedirs(WORK, exist_ok=True)
    got = {}
    chosen = programs(args)
    for _ in range(args.rounds):
        for name, measure in chosen:
            got.setdefault(name, []).append(measure())
    store, measure = busy_program(args, args.counts[-1])
    with Busy(args, store):
        for _ in range(args.rounds):
            got.setdefault("aitia, %s, an import, a count and a search under way" % f"{args.counts[-1]:,}", []).append(measure())
            if shutil.which("tig"):
                got.setdefault("tig, beside the same work", []).append(chosen[-1][1]())
    remove_store(store)
    print("\n".join(report(args, got)))


if __name__ == "__main__":
    main()
