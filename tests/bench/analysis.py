#!/usr/bin/env python3
"""What the analyses cost and how that grows: `make bench-analysis ANALYSIS_ROWS="10000 1000000"`.

Stores of generated samples (kept in build/bench/), with the judgements of two reviewers, two incidents with a fix and a plan;
those of more than a million are grown from that of a million (grow.py). Each command once on each, as a process of its own:
processor time and peak memory. The references of the same run are two scans of the samples by SQLite alone, by indexless columns
that the analyses need. What Ctrl-C costs: the signal comes at three and at seven tenths of the time that the command took; the
longer wait is shown. Then the parts of Insights in a terminal, each from its key to its answer, the keys that are
pressed meanwhile, and how long the program goes on computing when it is left. Standard library only; Insights need python3-pyte.
"""
import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time

from grow import grow

LARGEST_IMPORT = 1000000
COMMANDS = [
    ["count", "--by=model,harness,lang"], ["stats"], ["onset"], ["onset", "--by=harness"], ["onset", "--power"],
    ["contrast", "-level:none"], ["contrast", "cause:model"], ["contrast", "id:1-40"], ["similar"], ["similar", "--of=1"], ["group", "list"],
    ["group", "propose"], ["agreement"], ["watch"], ["incident", "recurrences", "@last"], ["plan", "list"], ["plan", "show", "bench"],
]
SCANS = [
    ("days and levels", "SELECT produced_us / 86400000000, level, count(*) FROM sample GROUP BY 1, 2"),
    ("six columns", "SELECT produced_us / 86400000000, level, status, language, model, provenance, count(*) FROM sample "
                    "GROUP BY 1, 2, 3, 4, 5, 6"),
]
SCAN = "import sqlite3, sys; print(len(sqlite3.connect('file:%s?mode=ro' % sys.argv[1], uri=True).execute(sys.argv[2]).fetchall()))"
JUDGEMENTS = [
    ("ann", "level:error", ["--cause=model/hallucination", "--severity=Q2"]),
    ("bob", "level:error lang:c,go,python", ["--cause=model/tool_use", "--verdict=confirmed_defect"]),
    ("bob", "level:warning lang:c,go", ["--cause=infrastructure/cache"]),
]
INCIDENTS = [("2025-03-01", "2025-04-01"), ("2025-05-03", "2025-06-02")]
PARTS = [("Overview", "A", "waiting to be triaged"), ("Causes", "Tab", "categories,"), ("Trend", "Tab", "what the monitor would see"),
         ("Shared", "Tab", "flagged against"), ("Fixes", "Tab", "watched, ")] # and what is on the screen when it is there


def start(command, env):
    # Whoever runs this may ignore Ctrl-C, and children inherit that.
    return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def measured(command, env, good=(0,)):
    began = time.monotonic()
    child = start(command, env)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in good:
        sys.exit(f"{' '.join(command)}: exit status {child.returncode}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def stopped(command, env, wall):
    """How long it goes on after Ctrl-C at worst; None: it was always over before."""
    worst = None
    for part in (0.3, 0.7):
        child = start(command, env)
        time.sleep(wall * part)
        began = time.monotonic()
        os.kill(child.pid, signal.SIGINT)
        _, status, _ = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode in (128 + signal.SIGINT, -signal.SIGINT):
            worst = max(worst or 0, time.monotonic() - began)
    return worst


def told(args, env, *command):
    return subprocess.run([args.aitia, *command], check=True, env=env, stdout=subprocess.PIPE, text=True).stdout


def fill(args, env):
    """Judgements, incidents and a plan, as people make them."""
    for reviewer, query, judgement in JUDGEMENTS:
        told(args, env, "annotate", "--where", query, "--reviewer", reviewer, *judgement)
    for impact, fix in INCIDENTS:
        told(args, env, "incident", "create", "Worse since " + impact)
        key = last_incident(args, env)
        told(args, env, "incident", "event", key, impact, "It begins.", "--milestone=first_impact")
        told(args, env, "incident", "event", key, fix, "Out.", "--milestone=fix_deployed")
        told(args, env, "incident", "add", key, "--where", f"level:error after:{impact} before:{impact[:8]}20")
    told(args, env, "plan", "make", "bench", "level:error", "--size=400", "--by=lang")


def last_incident(args, env):
    return told(args, env, "incident", "list").split()[0]


def environment(store):
    return dict(os.environ, AITIA_STORE=store, AITIA_REVIEWER="bench", LC_ALL="C.UTF-8")


def make_store(args, count):
    store = f"build/bench/analysis-{count}.db"
    if os.path.exists(store):
        return store
    print(f"bench: making {store}", file=sys.stderr, flush=True)
    if count > LARGEST_IMPORT:
        grow(make_store(args, LARGEST_IMPORT), store, count // LARGEST_IMPORT)
        return store
    data = f"build/bench/analysis-{count}.jsonl"
    making = environment(store + ".tmp")
    subprocess.run([sys.executable, args.generator, "--count", str(count), "--seed", "7", "--out", data], check=True)
    told(args, making, "import", data)
    told(args, making, "index")
    os.remove(data)
    fill(args, making)
    os.rename(store + ".tmp", store)
    return store


# ---- commands ------------------------------------------------------------------------------------

def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def commands(args, stores):
    sizes = list(stores)
    row("what", *(f"CPU s, {n}" for n in sizes), "largest / scan of six columns", *(f"peak MiB, {n}" for n in sizes), "wall s, largest",
        "s after Ctrl-C, largest")
    row(*["---"] * (2 * len(sizes) + 4))
    reference = None
    for what, sql in SCANS:
        costs = [measured([sys.executable, "-c", SCAN, store, sql], dict(os.environ)) for store in stores.values()]
        reference = costs[-1][1]
        row("SQLite alone: " + what, *(f"{c[1]:.2f}" for c in costs), "", *(f"{c[2]:.0f}" for c in costs), f"{costs[-1][0]:.1f}", "")
    for command in COMMANDS:
        if args.only and not any(only in " ".join(command) for only in args.only.split(",")):
            continue
        costs = []
        for store in stores.values():
            env = environment(store)
            line = [args.aitia, *(last_incident(args, env) if word == "@last" else word for word in command), "--json"]
            costs.append(measured(line, env, (0, 1) if command[0] == "watch" else (0,)))
        wait = stopped(line, env, costs[-1][0])
        row(" ".join(command), *(f"{c[1]:.2f}" for c in costs), f"{costs[-1][1] / reference:.2f}", *(f"{c[2]:.0f}" for c in costs),
            f"{costs[-1][0]:.1f}", "" if wait is None else f"{wait:.2f}")


# ---- Insights -----------------------------------------------------------------------------------

def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_of(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def until_quiet(pid):
    """How long a process goes on computing: until it has not for a tenth of a second."""
    began = last = time.monotonic()
    used = cpu_of(pid)
    while time.monotonic() - last < 0.1:
        time.sleep(0.005)
        now = cpu_of(pid)
        if now != used:
            used, last = now, time.monotonic()
    return last - began


def insights(args, count, store):
    sys.path.insert(0, "tests/e2e")
    import terminal
    with tempfile.TemporaryDirectory() as home:
        t = terminal.Terminal(home, cols=120, rows=40, argv=[os.path.abspath(args.aitia)],
                              env={"AITIA_STORE": os.path.abspath(store), "AITIA_REVIEWER": "bench"})
        try:
            t.wait_text("newest", 60)
            times, slowest = [], 0
            for part, key, there in PARTS:
                began = time.monotonic()
                t.keys(key).wait_text(f"[{part}]", 60)
                while there not in t.text() and time.monotonic() - began < 600:
                    asked = time.monotonic()
                    t.keys("?").wait_text("type to filter", 60).keys("Esc").wait_gone("type to filter", 60)
                    slowest = max(slowest, (time.monotonic() - asked) / 2)
                    t.pump(0.2)
                times.append(time.monotonic() - began)
            peak = peak_of(t.pid)
            # left while the slowest of them is computed anew
            t.keys("q").wait_gone("[Fixes]", 60).keys("A").wait_text("[Overview]", 60).keys("Tab", "Tab", "Tab").wait_text("[Shared]", 60)
            t.pump(min(2, times[3] / 2))
            t.keys("q").wait_gone("[Shared]", 60)
            rest = until_quiet(t.pid)
        finally:
            t.close()
    row(str(count), *(f"{seconds:.1f}" for seconds in times), f"{slowest * 1000:.0f}", f"{rest:.2f}", f"{peak:.0f}",
        f"{64 + 16 * count / 1048576:.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aitia", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--only", help="commands that have one of these in them, with commas between; or: insights")
    parser.add_argument("sizes", nargs="+", type=int)
    args = parser.parse_args()
    os.makedirs("build/bench", exist_ok=True)
    stores = {count: make_store(args, count) for count in sorted(args.sizes)}
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    if args.only != "insights":
        commands(args, stores)
    if args.only and args.only != "insights":
        return
    print(f"\nload {os.getloadavg()[0]:.1f}\n")
    row("samples", *(f"{part}, s" for part, _, _ in PARTS), "key meanwhile, ms", "goes on when left, s", "peak MiB", "to reach, MiB")
    row(*["---"] * (len(PARTS) + 5))
    for count, store in stores.items():
        insights(args, count, store)


if __name__ == "__main__":
    main()
