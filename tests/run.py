#!/usr/bin/python3
"""Runs tests, as many at a time as there are processors (TEST_JOBS: so many):

    tests/run.py PROGRAM|SCRIPT.py...

A cmocka program is run whole (TEST_WRAPPER stands before it); of a script of tests/e2e each class by itself, by
its --list; those that it says are to run alone do so behind the others. What takes longer than TEST_LIMIT_S (900) is ended with all that it started, and failed. Each has a line as it ends, and its output if it failed; the last line sums up, and a file in $SUMS
collects the sums. Standard library only.
"""
import concurrent.futures
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1  # Linux, others
JOBS = int(os.environ.get("TEST_JOBS") or PROCESSORS)
LIMIT_S = float(os.environ.get("TEST_LIMIT_S") or 900)
WRAPPER = os.environ.get("TEST_WRAPPER", "").split()


STARTED = set()  # groups of processes
TOO_LONG = 124  # as timeout(1) has it


def kill_group(leader):
    """It, and what it left behind in its group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nobody is left; so says macOS of one that is a zombie
        pass


def run(words, **env):
    """The exit status and all that was said: into a file, since a pipe would be waited for as long as anybody has it."""
    with tempfile.TemporaryFile(prefix="aitia-said-") as said:
        try:
            child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, env={**os.environ, **env},
                                     start_new_session=True)
        except OSError as error:
            return 127, f"{error}\n".encode()
        STARTED.add(child.pid)
        late = b""
        try:
            code = child.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            code, late = TOO_LONG, f"ended after {LIMIT_S:g} s (TEST_LIMIT_S)\n".encode()
        kill_group(child.pid)
        child.wait()
        STARTED.discard(child.pid)
        said.seek(0)
        return code, said.read() + late


def run_program(path):
    code, said = run([*WRAPPER, path])
    passed = len(re.findall(rb"^\[       OK", said, re.M))
    # cmocka names a failed test twice, where it ran and in the summary, and the summary has a head.
    failed = len(re.findall(rb"^\[  FAILED  \]", said, re.M)) // 2
    if code < 0 or code == TOO_LONG:  # with what ran when it crashed, which nobody named
        failed += 1
    return code, said, passed, failed


def run_class(script, name):
    """The script tells its sums by a file of its own, so that one that crashed has none."""
    with tempfile.NamedTemporaryFile("r", prefix="aitia-sums-") as file:
        code, said = run([sys.executable, script, name], SUMS=file.name)
        sums = file.read().split()
    passed, failed = map(int, sums) if len(sums) == 2 else (0, 1)
    return code, said, passed, failed


def jobs_of(paths):
    """(what its line says, function, arguments, whether it runs alone); scripts first, since their classes take longest."""
    scripts = [path for path in paths if path.endswith(".py")]
    for script in scripts:
        code, said = run([sys.executable, script, "--list"])
        if code or not said.split():
            yield script, lambda code=code, said=said: (code, said, 0, 1), (), False
            continue
        for line in said.decode().splitlines():
            name, _, how = line.partition(" ")
            yield f"{os.path.basename(script)} {name}", run_class, (script, name), how == "alone"
    for path in paths:
        if path not in scripts:
            yield path.removeprefix("build/"), run_program, (path,), False


@contextlib.contextmanager
def ended_with_us(pool):
    """Ctrl-C and SIGTERM reach no other session."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for leader in list(STARTED):
            kill_group(leader)
        raise


def timed(function, arguments):
    start = time.monotonic()
    return *function(*arguments), time.monotonic() - start


def run_jobs(jobs, at_a_time):
    """Prints the line of each as it ends; how many tests passed and failed."""
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(at_a_time) as pool, ended_with_us(pool):
        running = {pool.submit(timed, function, arguments): title for title, function, arguments, _ in jobs}
        for done in concurrent.futures.as_completed(running):
            code, said, ok, bad, seconds = done.result()
            # Who fails and names no test failed nevertheless, and so did who ran none.
            if not bad and (code or not ok and b"skipped=" not in said):
                bad = 1
            if bad:
                print(f"FAIL {running[done]} (exit {code}, {ok} tests passed, {bad} failed)", flush=True)
                sys.stdout.buffer.write(said)
                sys.stdout.buffer.flush()
            else:
                print(f"ok   {running[done]:<50} {ok:>4} tests {seconds:6.1f} s", flush=True)
            passed, failed = passed + ok, failed + bad
    return passed, failed


def main():
    jobs = list(jobs_of(sys.argv[1:]))
    many, alone = [job for job in jobs if not job[-1]], [job for job in jobs if job[-1]]
    passed, failed = map(sum, zip(run_jobs(many, JOBS), run_jobs(alone, 1)))
    print(f"{passed} passed, {failed} failed", flush=True)
    if os.environ.get("SUMS"):
        with open(os.environ["SUMS"], "a") as sums:
            sums.write(f"{passed} {failed}\n")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
