#!/usr/bin/env python3
"""What the analyses cost: `make bench-analysis N=1000000`.

A store of N generated samples (kept in build/bench/), then each command once: wall time, processor
time and peak memory of the process. Standard library only.
"""
import argparse
import os
import subprocess
import sys
import time

COMMANDS = [
    ["contrast", "-level:none"], ["onset"], ["onset", "--by=harness"], ["similar"], ["stats"], ["agreement"],
    ["count", "--by=model,harness,lang"],
]


def measured(command, env):
    began = time.monotonic()
    child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)}: exit status {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aitia", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--count", type=int, default=100000)
    args = parser.parse_args()
    os.makedirs("build/bench", exist_ok=True)
    store = f"build/bench/analysis-{args.count}.db"
    env = dict(os.environ, AITIA_STORE=store, AITIA_REVIEWER="bench", LC_ALL="C.UTF-8")
    if not os.path.exists(store):
        data = f"build/bench/analysis-{args.count}.jsonl"
        subprocess.run([sys.executable, args.generator, "--count", str(args.count), "--seed", "9", "--out", data], check=True)
        subprocess.run([args.aitia, "import", data], check=True, env=env, stdout=subprocess.DEVNULL)
        os.remove(data)
    print(f"{args.count} samples, load {os.getloadavg()[0]:.1f}\n")
    print("| command | wall s | CPU s | peak MiB |\n| --- | --- | --- | --- |")
    for command in COMMANDS:
        wall, cpu, peak = measured([args.aitia, "--json", *command], env)
        print(f"| {' '.join(command)} | {wall:.2f} | {cpu:.2f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
