#!/usr/bin/env python3
"""What a store costs behind its import, at several sizes, as ratios within one run: `make bench-store`.

Questions, judging, the index of words, a backup, the first screen and the keys of the
workbench, each against something bare: a smaller store, grep over the same bytes, a commit
of one row, fdatasync, an UPDATE, FTS5's own rebuild, cp and sync. Stores are made once
into build/bench/ and kept.
"""
import argparse
import datetime
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

from bench import WORK, cpu_name, generate, remove_store, run


def numbers(command):
    """The lines "what<TAB>number" of a program in tests/bench/."""
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {what: float(number) for what, number in (line.split("\t") for line in out.splitlines())}


def make_store(args, count):
    path = os.path.join(WORK, "store-%d.db" % count)
    if not os.path.exists(path):
        jsonl = generate(args.generator, count, 7, "jsonl", "jsonl")
        print("bench: making %s" % path, file=sys.stderr)
        remove_store(path + ".tmp")
        run([args.aitia, "import", jsonl], path + ".tmp")
        os.rename(path + ".tmp", path)
        if count > 1000000:
            os.remove(jsonl)
    run([args.aitia, "index"], path)
    run([args.aitia, "index", "--status"], path)
    return path


def copy_of(path):
    copy = os.path.join(WORK, "copy.db")
    remove_store(copy)
    shutil.copyfile(path, copy)
    return copy


def seconds(function):
    began = time.monotonic()
    function()
    return time.monotonic() - began


def cpu_seconds(command, good=(0,)):
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in good:
        raise subprocess.CalledProcessError(child.returncode, command)
    return usage.ru_utime + usage.ru_stime


def grep_seconds(path):
    """Over the bytes that the scan looks at: the bodies that are code, once each."""
    flat = os.path.join(WORK, "bodies.txt")
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as store, open(flat, "wb") as out:
        for (body,) in store.execute("SELECT bytes FROM body WHERE id IN (SELECT code FROM sample)"):
            out.write(body + b"\n")
    tool = shutil.which("rg") or shutil.which("grep")
    command = [tool, "-c", "-F", "-i", "zqxjkv", flat]
    times = [cpu_seconds(command, (1,)) for _ in range(3)]
    size = os.path.getsize(flat)
    os.remove(flat)
    return os.path.basename(tool), statistics.median(times), size


def backup_seconds(args, path):
    """In turn: a copy with sync, and a backup."""
    copies, backups = [], []
    target = os.path.join(WORK, "target.db")
    for _ in range(3):
        remove_store(target)
        os.sync()
        copies.append(seconds(lambda: (shutil.copyfile(path, target), os.fsync(os.open(target, os.O_RDONLY)))))
        remove_store(target)
        os.sync()
        backups.append(run([args.aitia, "backup", target], path).wall_s)
    remove_store(target)
    return statistics.median(copies), statistics.median(backups)


def terminal(args, path):
    """First paint and keys, through a pseudo-terminal; None where the harness is not there."""
    if not os.path.exists(args.ptybench):
        return None
    command = [sys.executable, args.ptybench, "--keys", "j*100 PgDn*50", "--cols", "200", "--rows", "60", "--runs", "3",
               "--env", "AITIA_STORE=%s" % path, "--env", "AITIA_REVIEWER=bench", "--", args.aitia]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def measure(args, count):
    path = make_store(args, count)
    print("bench: %d samples" % count, file=sys.stderr)
    got = numbers([args.search, path])
    got["grep"], got["grep s"], got["scanned bytes"] = grep_seconds(path)
    copy = copy_of(path)
    got.update(numbers([args.edits, copy, str(min(count, 100000))]))
    if count <= args.index_most:
        got.update(numbers([args.index, copy_of(path)]))
    remove_store(copy)
    got["cp s"], got["backup s"] = backup_seconds(args, path)
    got["terminal"] = terminal(args, path)
    got["count"] = count
    return got


# ---- the tables ----------------------------------------------------------------------------------

QUESTIONS = [
    ("first page", 1.5), ("next page", 1.5), ("page at 50 %", 1.5), ("one model", None), ("two filters", None),
    ("common word", None), ("rare word", None), ("two words", None), ("phrase", None), ("prefix", None),
    ("part of words", None), ("pattern", None), ("six facets, cold", None), ("six facets", None),
    ("six facets of a filter", None), ("scan for a part", None),
]
GOALS = {"one model": "<= 50 ms", "two filters": "<= 50 ms", "common word": "<= 5 ms", "rare word": "<= 5 ms",
         "two words": "<= 5 ms", "phrase": "<= 5 ms", "part of words": "<= 50 ms", "pattern": "<= 50 ms",
         "six facets": "<= 50 ms", "six facets of a filter": "<= 50 ms"}


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def report(all_sizes):
    head = [str(got["count"]) for got in all_sizes]
    lines = ["%s, %d cores, load %.1f; %s" % (cpu_name(), os.cpu_count(), os.getloadavg()[0], datetime.date.today()), "",
             row("ms of CPU", *head, "largest / smallest", "to reach"), row(*["---"] * (len(head) + 3))]
    for name, ratio in QUESTIONS:
        values = [got[name + " ms"] for got in all_sizes]
        lines.append(row(name, *("%.2f" % v for v in values), "%.1f" % (values[-1] / values[0]),
                         "<= %.1f times" % ratio if ratio else GOALS.get(name, "")))
    lines += ["", row("ratio", *head, "to reach"), row(*["---"] * (len(head) + 2))]

    def ratio(title, over, under, goal, scale=1):
        cells = ["%.2f" % (got[over] / got[under] / scale) if over in got and under in got else "-" for got in all_sizes]
        lines.append(row(title, *cells, goal))

    ratio("scan for a part / %s -F -i over the same bytes, CPU" % all_sizes[0]["grep"], "scan for a part ms", "grep s", "<= 1.5", 1000)
    ratio("annotate, p50 / bare fdatasync, p50", "annotate p50 ms", "bare fdatasync p50 ms", "<= 2")
    ratio("annotate, p50 / bare commit of a row, p50", "annotate p50 ms", "bare commit p50 ms", "<= 1.3")
    ratio("annotate, p99 / bare commit of a row, p99", "annotate p99 ms", "bare commit p99 ms", "")
    ratio("bulk annotate / bare UPDATE, wall", "bulk annotate wall ms", "bare update wall ms", "<= 2")
    ratio("bulk annotate / bare UPDATE, CPU", "bulk annotate cpu ms", "bare update cpu ms", "<= 2")
    ratio("bulk undo / bare UPDATE, CPU", "bulk undo cpu ms", "bare update cpu ms", "")
    ratio("bulk redo / bare UPDATE, CPU", "bulk redo cpu ms", "bare update cpu ms", "")
    ratio("index of words / FTS5's rebuild, CPU", "index cpu ms", "fts5 rebuild cpu ms", "<= 1.2")
    ratio("backup / cp and sync", "backup s", "cp s", "<= 1.2")
    lines += ["", row("what", *head, "to reach"), row(*["---"] * (len(head) + 2))]

    def value(title, key, form, goal):
        lines.append(row(title, *(form % got[key] if key in got else "-" for got in all_sizes), goal))

    value("annotate, durable, p50, ms", "annotate p50 ms", "%.2f", "")
    value("annotate, durable, p99, ms", "annotate p99 ms", "%.2f", "")
    value("bare fdatasync, p50, ms", "bare fdatasync p50 ms", "%.2f", "")
    value("10,000 samples that others changed, read again, longest step, CPU ms", "10000 read again, longest step cpu ms", "%.1f", "<= 50")
    value("all of these steps, CPU ms", "10000 read again cpu ms", "%.1f", "")
    value("lock of an index step, p50, ms", "index lock p50 ms", "%.1f", "")
    value("lock of an index step, p99, ms", "index lock p99 ms", "%.1f", "<= 50")
    value("another process that annotates meanwhile, p50, ms", "another writer meanwhile p50 ms", "%.1f", "")
    value("the longest of these, ms", "another writer meanwhile longest ms", "%.1f", "")
    value("processor of an index step, p99, ms", "index step p99 cpu ms", "%.1f", "<= 50")
    for title, pick, goal in (
            ("first paint, ms", lambda t: t["first_paint_ms"], "<= 25"),
            ("j, p50 / p99, ms", lambda t: keys_of(t, "j"), "p99 <= 2"),
            ("page down, p50 / p99, ms", lambda t: keys_of(t, "PgDn"), "p99 <= 5"),
            ("resident, MB", lambda t: t["rss_mb"], "<= 64 and 16 bytes a row")):
        lines.append(row(title, *(show(pick(got["terminal"])) if got["terminal"] else "-" for got in all_sizes), goal))
    return "\n".join(lines) + "\n"


def show(value):
    return value if isinstance(value, str) else "%.1f" % value


def keys_of(terminal_answer, key):
    paint = terminal_answer["keys"][key]["paint_ms"]
    return "%.2f / %.2f" % (paint["median"], paint["p99"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("aitia", "generator", "search", "edits", "index"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--ptybench", default="", help="ptybench.py of the shared benches; none: left out")
    parser.add_argument("--index-most", type=int, default=100000, help="larger stores' indexes are not made anew")
    parser.add_argument("sizes", nargs="+", type=int)
    args = parser.parse_args()
    for name in ("aitia", "search", "edits", "index"):
        setattr(args, name, os.path.abspath(getattr(args, name)))
    os.makedirs(WORK, exist_ok=True)
    print(report([measure(args, count) for count in sorted(args.sizes)]), end="")


if __name__ == "__main__":
    main()
