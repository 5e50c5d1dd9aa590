#!/usr/bin/env python3
"""What an export of many postmortems costs, as ratios within one run: `make bench-publish`.

A store of N incidents of some ten kilobytes each (made once into build/bench/ by `aitia apply`)
is exported whole, exported again unchanged, checked, and exported once more after one of them
changed. Beside it a bare program (raw_publish.c) reads as many rows, writes the same bytes into
files and moves them into place, with an fsync for each or with one sync for all, as the export
does. A tenth of the store shows how cost and memory grow.
"""
import argparse
import contextlib
import datetime
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time

from bench import WORK, cpu_name, generate, remove_store, run

SAMPLES = 2000
MEMBERS = 3
INCIDENTS_OF_A_SAMPLE = 15 # at most, on the average: nobody has one in thousands
CHUNK = 500
SHORT = "SELECT s.fingerprint FROM sample s JOIN body b ON b.id = s.code WHERE b.len_bytes < 1500 ORDER BY s.id"
EACH_MOST = 4000 # files that are written with an fsync for each; more would take as much longer


def sentence(rng, words):
    return " ".join(rng.choice(WORDS) for _ in range(words)).capitalize() + "."


WORDS = ("the cache session answer model prompt release served *slowly* `retry_count` **not** forgot what users agreed earlier and "
         "an hour of idle time cleared every turn once more reviewers saw it in review before a test ran").split()
SECTIONS = ["summary", "affected", "impact", "background", "detection", "response", "resolution", "lessons", "residual_risk"]


def incident(number, samples):
    """One with all that a page is made of; its page has some ten kilobytes."""
    rng = random.Random(number)
    day = datetime.date(2025, 1, 6) + datetime.timedelta(days=number % 600)
    at = [(day + datetime.timedelta(days=d)).isoformat() for d in range(0, 12, 2)]
    milestones = ["introduced", "first_report", "detected", "declared", "fix_deployed", "resolved"]
    return {
        "key": "INC-%d-%04d" % (2025 + number // 9999, number % 9999 + 1),
        "title": "Answers forget %s, case %d" % (rng.choice(["what was agreed", "their tools", "the file"]), number),
        "status": "suspected", "severity": "Q%d" % rng.randint(1, 5),
        "sections": {key: sentence(rng, 45) + "\n\n- " + sentence(rng, 12) + "\n- " + sentence(rng, 12) for key in SECTIONS},
        "sources": [{"number": 1, "name": "C", "rank": "primary", "form": "changelog", "link": "https://changelog.example/%d" % number}],
        "causes": [{"number": n + 1, "code": code, "statement": sentence(rng, 20), "role": role, "confidence": "likely", "cites": [1]}
                   for n, (code, role) in enumerate([("infrastructure/cache", "trigger"), ("testing/no_long_session_case", "detection_gap")])],
        "events": [{"number": n + 1, "at": at[n], "kind": "milestone", "milestone": m, "text": sentence(rng, 12), "cites": [1]}
                   for n, m in enumerate(milestones)],
        "safeguards": [{"number": 1, "kind": "integration", "existed": True, "ran": True, "outcome": "missed", "causes": [1],
                        "why": sentence(rng, 10)}],
        "actions": [{"number": n + 1, "type": "fix", "status": "open", "text": sentence(rng, 10), "cause": 1, "owner": "serving team",
                     "due": at[5]} for n in range(3)],
        "members": [{"sample": s, "role": "core"} for s in rng.sample(samples, MEMBERS)],
    }


def make_store(args, count):
    path = os.path.join(WORK, "publish-%d.db" % count)
    if os.path.exists(path):
        return path
    print("bench: making %s" % path, file=sys.stderr)
    remove_store(path + ".tmp")
    samples = max(SAMPLES, count * MEMBERS // INCIDENTS_OF_A_SAMPLE * 2)
    run([args.aitia, "import", generate(args.generator, samples, 5, "jsonl", "jsonl")], path + ".tmp")
    env = dict(os.environ, AITIA_STORE=path + ".tmp", AITIA_REVIEWER="bench", LC_ALL="C.UTF-8")
    # Closed before others write: else what they wrote would still be in the log when the store gets its name.
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % (path + ".tmp"), uri=True)) as store:
        short = ["sha256:" + row[0].hex() for row in store.execute(SHORT)]
    for first in range(0, count, CHUNK):
        document = {"aitia": 1, "incidents": [incident(n, short) for n in range(first, min(count, first + CHUNK))]}
        subprocess.run([args.aitia, "apply", "-"], env=env, check=True, input=json.dumps(document).encode(), stdout=subprocess.DEVNULL)
    os.rename(path + ".tmp", path)
    return path


# A process of its own between us and what is measured: a child that is forked off a large one counts
# the memory of its parent as its own peak.
LAUNCH = """
import os, sys, time
began = time.monotonic()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as told:
    print(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status), file=told)
"""


class Cost:
    """Of one process: times, its peak, and the lines that it printed."""

    def __init__(self, command, store):
        env = dict(os.environ, AITIA_STORE=store, AITIA_REVIEWER="bench", LC_ALL="C.UTF-8")
        told = os.path.join(WORK, "publish-cost.txt")
        out = subprocess.run([sys.executable, "-S", "-E", "-c", LAUNCH, told] + command, env=env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, check=True).stdout
        with open(told) as lines:
            wall, cpu, peak, code = lines.read().split()
        if int(code):
            sys.exit("bench: %s: exit %s" % (" ".join(command), code))
        self.lines = out.decode().splitlines()
        self.wall_s, self.cpu_s, self.peak_mib = float(wall), float(cpu), int(peak) / 1024

    def times(self, factor):
        self.wall_s, self.cpu_s = self.wall_s * factor, self.cpu_s * factor
        return self

    def outcomes(self, word):
        return sum(line.startswith(word + " ") for line in self.lines)


def tree(folder):
    """Number and bytes of what is there."""
    sizes = [os.path.getsize(os.path.join(top, name)) for top, _, names in os.walk(folder) for name in names]
    return len(sizes), sum(sizes)


def fill_flat(path, folder):
    """What the bare program reads: a row for each file."""
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE page (id INTEGER PRIMARY KEY, path TEXT, content BLOB)")
        for top, _, names in os.walk(folder):
            for name in sorted(names):
                with open(os.path.join(top, name), "rb") as page:
                    store.execute("INSERT INTO page (path, content) VALUES (?, ?)",
                                  (os.path.relpath(os.path.join(top, name), folder), page.read()))


def newest(folder):
    return max(os.stat(os.path.join(top, name)).st_mtime_ns for top, _, names in os.walk(folder) for name in names)


def measure(args, count):
    store = make_store(args, count)
    out = os.path.join(WORK, "pages-%d" % count)
    bare = os.path.join(WORK, "pages-bare")
    export = [args.aitia, "export", "--all", "--site", args.site, "--out", out] + args.option
    got = {"count": count}
    for folder in (out, bare):
        shutil.rmtree(folder, ignore_errors=True)
    os.sync()
    got["export"] = Cost(export, store)
    got["files"], got["bytes"] = tree(out)
    pages = [name for top, _, names in os.walk(out) for name in names if name.startswith("inc-") and name.endswith((".md", ".html"))]
    got["page bytes"] = sum(os.path.getsize(os.path.join(top, name)) for top, _, names in os.walk(out) for name in names
                            if name in set(pages)) / max(1, len(pages)) if count <= 10000 else 0
    before = newest(out)
    os.sync()
    got["again"] = Cost(export, store)
    got["check"] = Cost(export + ["--check"], store)
    got["nothing written"] = newest(out) == before and got["again"].outcomes("unchanged") == len(got["again"].lines)
    flat = os.path.join(WORK, "publish-flat.db")
    remove_store(flat)
    fill_flat(flat, out)
    for way in ("each", "all"):
        shutil.rmtree(bare, ignore_errors=True)
        os.sync()
        most = min(got["files"], EACH_MOST) if way == "each" else got["files"]
        got["bare " + way] = Cost([args.raw, "write", flat, bare, way, str(most)], flat).times(got["files"] / most)
    got["bare read"] = Cost([args.raw, "read", flat, out], flat)
    got["bare parse"] = Cost([args.raw, "parse", flat, out], flat)
    subprocess.run([args.aitia, "apply", "-"], check=True, stdout=subprocess.DEVNULL,
                   env=dict(os.environ, AITIA_STORE=store, AITIA_REVIEWER="bench"),
                   input=json.dumps({"aitia": 1, "incidents": [{"key": "INC-2025-0001", "title": "Changed at %d" % time.time_ns()}]}).encode())
    os.sync()
    got["one changed"] = Cost(export, store)
    got["written of it"] = got["one changed"].outcomes("written")
    for folder in (out, bare):
        shutil.rmtree(folder, ignore_errors=True)
    remove_store(flat)
    return got


def row(*cells):
    return "| " + " | ".join(cells) + " |"


LINES = [("export, an empty folder", "export"), ("again, unchanged", "again"), ("`--check`, unchanged", "check"),
         ("one title changed", "one changed"), ("bare program, fsync for each file", "bare each"), ("bare program, one sync for all", "bare all"),
         ("bare program, reads the files", "bare read"),
         ("and turns the pages into HTML", "bare parse")]


def report(sizes):
    print("%s, %d cores, load %.1f; %s\n" % (cpu_name(), os.cpu_count(), os.getloadavg()[0], datetime.date.today()))
    for got in sizes:
        print("%d postmortems: %d files, %.1f MB (%.1f KB each with the files beside the page%s)\n" % (
            got["count"], got["files"], got["bytes"] / 1e6, got["bytes"] / 1e3 / got["count"],
            ", page %.1f KB" % (got["page bytes"] / 1e3) if got["page bytes"] else ""))
        print(row("what", "wall s", "CPU s", "postmortems a second", "of CPU", "peak MiB", "peak KiB each"))
        print(row(*["---"] * 7))
        for what, name in LINES:
            cost = got[name]
            print(row(what, "%.2f" % cost.wall_s, "%.2f" % cost.cpu_s, "%.0f" % (got["count"] / cost.wall_s),
                      "%.0f" % (got["count"] / max(cost.cpu_s, 1e-3)), "%.0f" % cost.peak_mib,
                      "%.2f" % (cost.peak_mib * 1024 / got["count"])))
        print()
    big, small = sizes[-1], sizes[0]
    print(row("ratio", "wall", "CPU", "to reach"))
    print(row("---", "---", "---", "---"))

    def ratio(what, above, below, goal, by=1):
        print(row(what, "%.2f" % (above.wall_s / below.wall_s / by), "%.2f" % (above.cpu_s / max(below.cpu_s, 1e-3) / by), goal))

    ratio("export / bare program, fsync for each file", big["export"], big["bare each"], "<= 2")
    ratio("export / bare program, one sync", big["export"], big["bare all"], "")
    ratio("one title changed (all are made and checked) / bare program that reads them and turns the pages into HTML",
          big["one changed"], big["bare parse"], "")
    ratio("again, unchanged / bare program that reads the files", big["again"], big["bare read"], "")
    if big is not small:
        by = big["count"] / small["count"]
        for what, name in LINES[:4]:
            ratio("%s: a postmortem of %d / of %d" % (what, big["count"], small["count"]), big[name], small[name], "<= 1.2", by)
        grown = (big["export"].peak_mib - small["export"].peak_mib) * 1024 / (big["count"] - small["count"])
        print(row("memory of one more postmortem, KiB", "%.2f" % grown, "", "flat"))
    print()
    print("unchanged: nothing was written: %s; one title changed: %d files written" % (
        "yes" if all(got["nothing written"] for got in sizes) else "NO", big["written of it"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aitia", required=True)
    parser.add_argument("--raw", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--site", default="plain")
    parser.add_argument("--option", action="append", default=[], help="of the export, such as --audience=public")
    parser.add_argument("counts", type=int, nargs="+")
    args = parser.parse_args()
    os.makedirs(WORK, exist_ok=True)
    report([measure(args, count) for count in args.counts])


if __name__ == "__main__":
    main()
