#!/usr/bin/env python3
"""kill -9 at random moments under load: the real program, several processes at once on one store.

Reviewers annotate, undo and redo, make incidents; others import, index, compact and back up. Again
and again one of them is killed. What a command printed as done before its end must be in the store;
what it did not print is there whole or not at all; `aitia check` is clean.

AITIA_KILLS: how many (25; `make torture`: 1000). AITIA_SEED: another course of chance.
"""
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cases  # noqa: E402
from commands.harness import AITIA, LIMIT_S  # noqa: E402

KILLS = int(os.environ.get("AITIA_KILLS", "25"))
SEED = int(os.environ.get("AITIA_SEED", "20261127"))
KILLS_PER_LOOK = 25 if KILLS > 100 else 9
SAMPLES = 200
FILE_ROWS = 60  # of an import
AT_MOST_S = 0.08  # after its start, a process is killed


class Worker(threading.Thread):
    """Runs one command after the other; keeps what was acknowledged."""

    def __init__(self, name, load, step):
        super().__init__(name=name, daemon=True)
        self.load, self.step = load, step
        self.random = random.Random(f"{SEED} {name}")
        self.lock = threading.Lock()
        self.process = None
        self.go, self.idle = threading.Event(), threading.Event()
        self.stop = False
        self.number = 0
        self.error = None

    def run(self):
        while not self.stop:
            if not self.go.is_set():
                self.idle.set()
                self.go.wait(0.05)
                continue
            self.idle.clear()
            self.number += 1
            try:
                self.step(self)
            except Exception as error:  # told by the main thread
                self.error = error
                self.go.clear()

    def command(self, *args):
        """The answer if it was printed, else None. Only a kill may end it without one."""
        with self.lock:
            self.process = subprocess.Popen([AITIA, "--json", "--reviewer", self.name, *args], env=self.load.env,
                                            cwd=self.load.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process = self.process
            self.started = time.monotonic()
        out, err = process.communicate(timeout=LIMIT_S)
        with self.lock:
            self.process = None
        if process.returncode not in (0, -signal.SIGKILL):
            raise AssertionError(f"aitia {args}: exit status {process.returncode}: {err.decode()}{out.decode()}")
        lines = out.decode().splitlines()
        try:
            return json.loads(lines[-1]) if lines else None
        except json.JSONDecodeError:
            if process.returncode == 0:
                raise
            return None  # killed while it printed

    def kill(self, after_s):
        """True if a process was running then and was killed."""
        time.sleep(after_s)
        with self.lock:
            if not self.process or self.process.poll() is not None:
                return False
            self.process.kill()
        return True


class Load:
    """The store, the workers, and what they were told is done."""

    def __init__(self, folder):
        self.dir = folder
        self.env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": folder, "LC_ALL": "C.UTF-8", "TMPDIR": folder,
                    "AITIA_STORE": os.path.join(folder, "s.db")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        self.notes, self.files, self.incidents = set(), {}, set()
        self.states = {}  # edit -> state that undo or redo answered last; None: not known since a kill
        self.workers = [Worker(name, self, step) for name, step in
                        (("ann", self.annotate), ("bob", self.annotate), ("cleo", self.undo_redo), ("dan", self.imports),
                         ("eve", self.incident), ("fay", self.care))]

    def file(self, name, first, count):
        path = os.path.join(self.dir, name)
        with open(path, "w") as file:
            for n in range(first, first + count):
                file.write(json.dumps({"external_id": f"{name}-{n}", "code": f"int f{n}(void) {{ return {n}; }}\n",
                                       "path": f"src/f{n}.c", "message": f"word{n} in {name}"}) + "\n")
        return path

    # ---- what the workers do --------------------------------------------------------------

    def annotate(self, worker):
        note = f"{worker.name} {worker.number}"
        if worker.number % 6 == 0:
            answer = worker.command("annotate", "--where", f"path:src/f{worker.random.randrange(1, 9)}*", "--note", note)
        else:
            answer = worker.command("annotate", str(worker.random.randrange(1, SAMPLES)), "--cause", "model", "--note", note)
        if answer:
            self.notes.add(note)

    def undo_redo(self, worker):
        edit = worker.command("annotate", str(worker.random.randrange(1, SAMPLES)), "--severity", "Q2", "--note",
                              f"{worker.name} {worker.number}")
        for verb in ("undo", "redo", "undo")[:worker.random.randrange(4)]:
            if not edit:
                return
            self.states[edit["edit"]] = None
            answer = worker.command(verb)
            if not answer:
                return
            self.states[answer["id"]] = answer["state"]

    def imports(self, worker):
        name = f"import-{worker.number}.jsonl"
        path = self.file(name, worker.number * FILE_ROWS, FILE_ROWS)
        answer = worker.command("import", path)
        self.files[name] = bool(answer)
        if answer and answer["imported"] != FILE_ROWS:
            raise AssertionError(f"{answer}")

    def incident(self, worker):
        title = f"incident {worker.number}"
        answer = worker.command("incident", "create", title)
        if answer:
            self.incidents.add(title)
            worker.command("incident", "add", answer["key"], str(worker.random.randrange(1, SAMPLES)))

    def care(self, worker):
        if worker.number % 4 == 0:
            worker.command("backup", "--force", "copy.db")
        else:
            worker.command("index")

    # ---- what is looked at -------------------------------------------------------------------

    def pause(self):
        for worker in self.workers:
            worker.go.clear()
        for worker in self.workers:
            if not worker.idle.wait(LIMIT_S) and not worker.error:
                raise AssertionError(f"{worker.name} hangs")
        for worker in self.workers:
            if worker.error:
                raise worker.error

    def resume(self):
        for worker in self.workers:
            worker.idle.clear()
            worker.go.set()

    def one(self, *args, store=None):
        line = [AITIA, "--json", *(["--store", store] if store else []), *args]
        done = subprocess.run(line, env=self.env, cwd=self.dir, capture_output=True, timeout=LIMIT_S)
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    def look(self, test):
        for store in (None, os.path.join(self.dir, "copy.db")):
            if store and not os.path.exists(store):
                continue
            code, said = self.one("check", store=store)
            test.assertEqual(code, 0, f"{store or 'the store'}: {said}")
        db = sqlite3.connect(self.env["AITIA_STORE"])
        kept = {row[0] for row in db.execute("SELECT note FROM annotation")}
        test.assertEqual(self.notes - kept, set(), "acknowledged judgements are lost")
        titles = {row[0] for row in db.execute("SELECT title FROM incident")}
        test.assertEqual(self.incidents - titles, set(), "acknowledged incidents are lost")
        for edit, state in self.states.items():
            is_now = db.execute("SELECT state FROM edit WHERE id = ?", (edit,)).fetchone()
            test.assertIsNotNone(is_now, f"edit {edit} is lost")
            if state:
                test.assertEqual(is_now[0], 1 if state == "undone" else 0, f"edit {edit} is not {state}")
        for name, done in self.files.items():
            count = db.execute("SELECT count(*) FROM sample WHERE external_id LIKE ?", (name + "-%",)).fetchone()[0]
            test.assertIn(count, (FILE_ROWS,) if done else (0, FILE_ROWS), f"{name}: half of it is there")
        db.close()


class Kills(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="aitia-kills-")
        self.load = Load(self.dir)

    def tearDown(self):
        for worker in self.load.workers:
            worker.stop = True
            worker.go.set()
        for worker in self.load.workers:
            if worker.is_alive():
                worker.join(LIMIT_S)
        shutil.rmtree(self.dir, ignore_errors=True)

    def test_nothing_acknowledged_is_lost(self):
        load, rolls, kills = self.load, random.Random(SEED), 0
        code, said = load.one("import", load.file("first.jsonl", 0, SAMPLES))
        self.assertEqual(code, 0, said)
        for worker in load.workers:
            worker.start()
        load.resume()
        while kills < KILLS:
            worker = rolls.choice(load.workers)
            if not worker.kill(rolls.random() * AT_MOST_S):
                if any(worker.error for worker in load.workers):
                    break
                continue
            kills += 1
            if kills % KILLS_PER_LOOK == 0:
                load.pause()
                load.look(self)
                load.resume()
        load.pause()
        load.look(self)
        done = sum(load.files.values())
        print(f"{kills} kills; acknowledged: {len(load.notes)} judgements, {len(load.incidents)} incidents, {done} imports, "
              f"{len(load.states)} undone or redone", file=sys.stderr)
        self.assertGreater(len(load.notes), KILLS // 5)


if __name__ == "__main__":
    cases.main_here()
