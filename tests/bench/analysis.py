#!/usr/bin/env python3
"""What the analyses cost and how that grows: `make bench-analysis N=1000000`.

Two stores of generated samples, of N and of a tenth (kept in build/bench/), with the judgements of two
reviewers. Each command once on both, as a process of its own: processor time and peak memory; the ratio
of the two stores says how it grows. The references of the same run are two scans of the samples by
SQLite alone, by indexless columns that the analyses need. What Ctrl-C costs: the signal comes at a
quarter, a half and three quarters of the time that the command took; the longest wait is shown.
Standard library only.
"""
import argparse
import os
import signal
import subprocess
import sys
import time

COMMANDS = [
    ["count", "--by=model,harness,lang"], ["stats"], ["onset"], ["onset", "--by=harness"], ["contrast", "-level:none"],
    ["contrast", "cause:model"], ["agreement"], ["watch"], ["similar"],
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
    for part in (0.25, 0.5, 0.75):
        child = start(command, env)
        time.sleep(wall * part)
        began = time.monotonic()
        os.kill(child.pid, signal.SIGINT)
        _, status, _ = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode in (128 + signal.SIGINT, -signal.SIGINT):
            worst = max(worst or 0, time.monotonic() - began)
    return worst


def make_store(args, count):
    store = f"build/bench/analysis-{count}.db"
    env = dict(os.environ, AITIA_STORE=store, AITIA_REVIEWER="bench", LC_ALL="C.UTF-8")
    if not os.path.exists(store):
        data = f"build/bench/analysis-{count}.jsonl"
        making = dict(env, AITIA_STORE=store + ".tmp")
        subprocess.run([sys.executable, args.generator, "--count", str(count), "--seed", "7", "--out", data], check=True)
        subprocess.run([args.aitia, "import", data], check=True, env=making, stdout=subprocess.DEVNULL)
        os.remove(data)
        for reviewer, query, judgement in JUDGEMENTS:
            subprocess.run([args.aitia, "annotate", "--where", query, "--reviewer", reviewer, *judgement], check=True, env=making,
                           stdout=subprocess.DEVNULL)
        os.rename(store + ".tmp", store)
    return store, env


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aitia", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--count", type=int, default=100000)
    args = parser.parse_args()
    os.makedirs("build/bench", exist_ok=True)
    small, small_env = make_store(args, args.count // 10)
    large, large_env = make_store(args, args.count)
    print(f"{args.count} samples and {args.count // 10}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| what | CPU s, small | CPU s, large | large / small | / scan of six columns | peak MiB, large | wall s, large | s after Ctrl-C |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    reference = None
    for what, sql in SCANS:
        costs = [measured([sys.executable, "-c", SCAN, store, sql], dict(os.environ)) for store in (small, large)]
        reference = costs[1][1]
        print(f"| SQLite alone: {what} | {costs[0][1]:.2f} | {costs[1][1]:.2f} | {costs[1][1] / max(costs[0][1], 1e-3):.1f} "
              f"| | {costs[1][2]:.0f} | {costs[1][0]:.2f} | |", flush=True)
    for command in COMMANDS:
        line = [args.aitia, *command, "--json"]
        of_small = measured(line, small_env)
        wall, cpu, peak = measured(line, large_env)
        wait = stopped(line, large_env, wall) if command[0] != "similar" else None
        print(f"| {' '.join(command)} | {of_small[1]:.2f} | {cpu:.2f} | {cpu / max(of_small[1], 1e-3):.1f} | {cpu / reference:.2f} "
              f"| {peak:.0f} | {wall:.2f} | {'' if wait is None else f'{wait:.2f}'} |", flush=True)


if __name__ == "__main__":
    main()
