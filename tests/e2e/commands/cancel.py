"""Ctrl-C ends an analysis at once, and nothing of it stays behind."""
import json
import os
import random
import signal
import subprocess
import time

from .harness import AITIA, LIMIT_S, Case

ROWS = 30000
TRIES = 8
AT_ONCE_S = 0.2
COMMANDS = (["onset"], ["onset", "--by=harness"], ["contrast", "-level:none"], ["contrast", "cause:model"], ["similar"], ["stats"],
            ["agreement"], ["count", "--by=model,harness,day"])


class Stopped(Case):
    ALONE = True  # the clock is looked at

    def run_for(self, command, seconds):
        """How it ended, and how long it went on after Ctrl-C; seconds None: to its end, which takes so long."""
        child = subprocess.Popen([AITIA, "--store", self.store, *command, "--json"], env=self.env, cwd=self.dir,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                 preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        began = time.monotonic()
        if seconds is not None:
            time.sleep(seconds)
            began = time.monotonic()
            os.kill(child.pid, signal.SIGINT)
        _, err = child.communicate(timeout=LIMIT_S)
        return child.returncode, time.monotonic() - began, err


class Cancel(Stopped):
    def setUp(self):
        super().setUp()
        rng = random.Random(3)
        rows = ({"id": str(n), "ts": f"2026-{n * 9 // ROWS + 1:02}-{n % 28 + 1:02}T10:00:00Z", "model": rng.choice("abcd"),
                 "harness": f"2.{rng.randrange(40)}", "language": rng.choice(["c", "go", "python"]),
                 "prompt_version": f"p{rng.randrange(10)}", "path": f"src/{rng.randrange(500)}.c",
                 "completion": "\n".join(f"x{rng.randrange(900)} = y{rng.randrange(50)};" for _ in range(12)),
                 **({"verdict": "flagged", "severity": "high", "rule_id": f"r{rng.randrange(60)}", "line": 1, "message": "m"}
                    if rng.random() < 0.2 else {"verdict": "ok"})} for n in range(ROWS))
        with open(self.path("many.jsonl"), "w") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)
        self.run_ok("import", "many.jsonl")
        for reviewer, query, cause in (("ann", "level:error", "model"), ("ben", "level:error lang:c,go", "testing")):
            self.run_ok("annotate", "--where", query, f"--cause={cause}", f"--reviewer={reviewer}")

    def test_each_analysis_ends_at_once(self):
        log = self.run_ok("log", "--json")
        for command in COMMANDS:
            # `similar` keeps what it found, so each of its runs is shorter than the one before: it is not run whole first.
            code, whole, err = (0, 0.4, "") if command == ["similar"] else self.run_for(command, None)
            self.assertEqual(code, 0, (command, err))
            waits = []
            for attempt in range(TRIES):
                code, wait, err = self.run_for(command, whole * (attempt + 1) / (TRIES + 1))
                self.assertIn(code, (0, 130, -signal.SIGINT), (command, err))
                if code:
                    waits.append(wait)
            # Others may have the machine at one of them.
            self.assertTrue(waits, f"{command} was never stopped in {whole:.2f} s")
            self.assertLess(sorted(waits)[len(waits) // 2], AT_ONCE_S, (command, waits))
        self.assertEqual(self.run_ok("log", "--json"), log)
        self.run_ok("check")


class SlowPattern(Stopped):
    """A pattern is tried on some samples before it is asked of all: that ends too."""

    def test_a_slow_pattern_ends_at_once(self):
        with open(self.path("many.jsonl"), "w") as out:
            out.writelines(json.dumps({"code": "a" * 18 + f"! {n}", "message": "m", "language": "c"}) + "\n" for n in range(2000))
        self.run_ok("import", "many.jsonl")
        waits = []
        for attempt in range(TRIES):
            code, wait, err = self.run_for(["stats", "re:^(a+)+$"], 0.1 + attempt * 0.03)
            self.assertIn(code, (130, -signal.SIGINT), err)
            waits.append(wait)
        self.assertLess(sorted(waits)[len(waits) // 2], AT_ONCE_S, waits)
