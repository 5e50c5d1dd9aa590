#!/usr/bin/env python3
"""What the import costs, as ratios within one run: `make bench-import`.

Every measure is a process of its own (wait4: time and peak memory), all of them in
turn, several rounds, medians. Absolute times are this machine's mood; the ratios are
what counts. Data are made once into build/bench/.
"""
import argparse
import csv
import datetime
import json
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = os.path.join(ROOT, "build/bench")
COLUMNS = ["id", "ts", "model", "harness", "prompt_version", "language", "repo", "path", "prompt", "completion",
           "tokens_out", "latency_ms", "verdict", "severity", "rule_id", "cwe", "line", "message"]
FLAT_INDEXES = ["ts", "severity, ts", "path, line", "verdict, ts", "model", "id"]


class Cost:
    """Of one process."""

    def __init__(self, wall_s, cpu_s, peak_kib):
        self.wall_s, self.cpu_s, self.peak_mib = wall_s, cpu_s, peak_kib / 1024


def run(command, store):
    """Runs it to its end; anything but success ends the bench."""
    env = dict(os.environ, AITIA_STORE=store, LC_ALL="C.UTF-8")
    began = time.monotonic()
    child = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit("bench: %s: exit %d\n%s%s" % (" ".join(command), child.returncode, out.decode(), err.decode()))
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def remove_store(path):
    for ending in ("", "-wal", "-shm", "-journal"):
        if os.path.exists(path + ending):
            os.remove(path + ending)


# ---- data ------------------------------------------------------------------------------

def generate(generator, count, seed, form, ending):
    path = os.path.join(WORK, "s%d-%d.%s" % (count, seed, ending))
    if not os.path.exists(path):
        print("bench: making %s" % path, file=sys.stderr)
        subprocess.run([sys.executable, generator, "--count", str(count), "--seed", str(seed), "--format", form,
                        "--out", path + ".tmp"], check=True, stdout=subprocess.DEVNULL)
        os.rename(path + ".tmp", path)
    return path


def as_csv(jsonl):
    path = jsonl[:-len("jsonl")] + "csv"
    if not os.path.exists(path):
        with open(jsonl, encoding="utf-8") as lines, open(path + ".tmp", "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            for line in lines:
                row = json.loads(line)
                # A NUL would end the field for sqlite3's shell.
                writer.writerow([str("" if row[c] is None else row[c]).replace("\0", "") for c in COLUMNS])
        os.rename(path + ".tmp", path)
    return path


# ---- measures ----------------------------------------------------------------------------

class Bench:
    def __init__(self, args):
        self.args = args
        self.costs = {}
        self.commands = {}
        self.store = os.path.join(WORK, "bench.db")
        empty = os.path.join(WORK, "empty.jsonl")
        open(empty, "w").close()
        self.fresh = os.path.join(WORK, "fresh.db")
        remove_store(self.fresh)
        run([args.aitia, "import", empty], self.fresh)

    def measure(self, name, command, start=None):
        """`start`: what the store is a copy of; None: as the last measure left it; "": none."""
        if not self.wanted(name):
            return
        if start is not None:
            remove_store(self.store)
            if start:
                shutil.copyfile(start, self.store)
        os.sync()
        self.costs.setdefault(name, []).append(run(command, self.store))
        self.commands[name] = shlex.join(word.replace(ROOT + "/", "") for word in command)

    def wanted(self, name):
        return not self.args.only or name in self.args.only

    def median(self, name, what):
        return statistics.median(getattr(cost, what) for cost in self.costs[name])

    def rounds(self):
        args = self.args
        jsonl = generate(args.generator, args.count, 7, "jsonl", "jsonl")
        small = generate(args.generator, max(args.count // 10, 1000), 7, "jsonl", "jsonl")
        other = generate(args.generator, args.count, 8, "jsonl", "jsonl") if self.wanted("into") else jsonl
        sarif = generate(args.generator, args.count, 7, "sarif", "sarif") if self.wanted("sarif") else jsonl
        shell = shutil.which("sqlite3") if self.wanted("flat") or self.wanted("flat indexed") else None
        table = as_csv(jsonl) if shell else None
        if not shutil.which("sqlite3"):
            print("bench: there is no sqlite3 shell: its .import is left out", file=sys.stderr)
        columns = ", ".join('"%s"' % c for c in COLUMNS)
        indexes = "".join("CREATE INDEX i%d ON flat(%s);" % at for at in enumerate(FLAT_INDEXES))
        for at in range(args.rounds):
            print("bench: round %d of %d" % (at + 1, args.rounds), file=sys.stderr)
            self.measure("jsonl", [args.aitia, "import", jsonl], "")
            self.measure("again", [args.aitia, "import", jsonl])
            self.measure("into", [args.aitia, "import", other])
            self.measure("raw", [args.raw, self.store, jsonl, "delete"], self.fresh)
            self.measure("raw wal", [args.raw, self.store, jsonl, "wal"], self.fresh)
            self.measure("small", [args.aitia, "import", small], "")
            self.measure("sarif", [args.aitia, "import", sarif], "")
            if shell:
                self.measure("flat", [shell, self.store, "CREATE TABLE flat (%s)" % columns,
                                      ".import --csv %s flat" % table], "")
                self.measure("flat indexed", [shell, self.store, "CREATE TABLE flat (%s)" % columns,
                                              ".import --csv %s flat" % table, indexes], "")
        remove_store(self.store)
        self.sizes = {"jsonl": os.path.getsize(jsonl), "sarif": os.path.getsize(sarif), "small": os.path.getsize(small)}
        self.small_count = max(args.count // 10, 1000)

    def report(self):
        n = self.args.count
        lines = [
            "%d samples, %d rounds, medians; %s, %d cores, load %.1f; %s" % (
                n, self.args.rounds, cpu_name(), os.cpu_count(), os.getloadavg()[0], datetime.date.today()),
            "",
            "| what | wall s | CPU s | us a sample | peak MiB |",
            "| --- | --- | --- | --- | --- |",
        ]
        titles = {
            "jsonl": "aitia import, JSONL, a new store", "again": "the same file again", "into": "another file, into that store",
            "small": "a tenth of it, a new store", "raw": "raw program, rollback journal", "raw wal": "raw program, WAL",
            "sarif": "aitia import, SARIF, a new store", "flat": "sqlite3 .import of a CSV, one flat table",
            "flat indexed": "the same, and its %d indexes" % len(FLAT_INDEXES),
        }
        for name in titles:
            if name in self.costs:
                count = self.small_count if name == "small" else n
                wall = self.median(name, "wall_s")
                lines.append("| %s | %.2f | %.2f | %.1f | %.0f |" % (
                    titles[name], wall, self.median(name, "cpu_s"), wall / count * 1e6, self.median(name, "peak_mib")))
        lines += ["", "| ratio | wall | CPU | to reach |", "| --- | --- | --- | --- |"]

        def ratio(title, over, under, goal, per=(1, 1)):
            if over not in self.costs or under not in self.costs:
                lines.append("| %s | not measured | | %s |" % (title, goal))
                return
            wall, cpu = ((self.median(over, w) / per[0]) / (self.median(under, w) / per[1]) for w in ("wall_s", "cpu_s"))
            lines.append("| %s | %.2f | %.2f | %s |" % (title, wall, cpu, goal))

        ratio("import of JSONL / raw program, rollback journal", "jsonl", "raw", "<= 1.5")
        ratio("import of JSONL / raw program, WAL", "jsonl", "raw wal", "")
        ratio("import of JSONL / sqlite3 .import, no index", "jsonl", "flat", "< 1")
        ratio("import of JSONL / sqlite3 .import with indexes", "jsonl", "flat indexed", "< 1")
        ratio("SARIF per MB / JSONL per MB", "sarif", "jsonl", "<= 1.5", (self.sizes["sarif"], self.sizes["jsonl"]))
        ratio("the same file again / first import", "again", "jsonl", "")
        ratio("into a store that has as many / new store", "into", "jsonl", "<= 1.5")
        ratio("a sample of %d / of %d" % (n, self.small_count), "jsonl", "small", "<= 1.5", (n, self.small_count))
        peak = max(cost.peak_mib for name in ("jsonl", "again", "into", "sarif", "small")
                   for cost in self.costs.get(name, []))
        lines += ["| peak resident of any import, MiB | %.0f | | <= 64 and the table of seen bodies |" % peak, "", "Commands:", ""]
        lines += ["    %-13s %s" % (name, command) for name, command in self.commands.items()]
        return "\n".join(lines) + "\n"


def cpu_name():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aitia", required=True)
    parser.add_argument("--generator", required=True, help="gen_samples.py of the shared data")
    parser.add_argument("--raw", required=True, help="the program of raw_import.c")
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="names of measures, as under \"Commands\"; again and into follow jsonl")
    args = parser.parse_args()
    args.aitia, args.raw = os.path.abspath(args.aitia), os.path.abspath(args.raw)
    os.makedirs(WORK, exist_ok=True)
    bench = Bench(args)
    bench.rounds()
    print(bench.report(), end="")


if __name__ == "__main__":
    main()
