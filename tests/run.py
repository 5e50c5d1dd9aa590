#!/usr/bin/python3
"""Runs tests, as many at a time as there are processors (TEST_JOBS: so many):

    tests/run.py PROGRAM|SCRIPT.py...

A cmocka program is run whole (TEST_WRAPPER stands before it); of a script of tests/e2e each class by itself, by
its --list. Each has a line as it ends, and its output if it failed; the last line sums up, and a file in $SUMS
collects the sums. Standard library only.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import time

JOBS = int(os.environ.get("TEST_JOBS") or len(os.sched_getaffinity(0)))
WRAPPER = os.environ.get("TEST_WRAPPER", "").split()


def run(words, **env):
    """The exit status and all that was said."""
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **env})
    except OSError as error:
        return 127, f"{error}\n".encode()
    return done.returncode, done.stdout


def run_program(path):
    code, said = run([*WRAPPER, path])
    passed = len(re.findall(rb"^\[       OK", said, re.M))
    # cmocka names a failed test twice, where it ran and in the summary, and the summary has a head.
    failed = len(re.findall(rb"^\[  FAILED  \]", said, re.M)) // 2
    if code < 0:  # with what ran when it crashed, which nobody named
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
    """(what its line says, function, arguments); scripts first, since their classes take longest."""
    scripts = [path for path in paths if path.endswith(".py")]
    for script in scripts:
        code, said = run([sys.executable, script, "--list"])
        if code or not said.split():
            yield script, lambda code=code, said=said: (code, said, 0, 1), ()
            continue
        for name in said.decode().split():
            yield f"{os.path.basename(script)} {name}", run_class, (script, name)
    for path in paths:
        if path not in scripts:
            yield path.removeprefix("build/"), run_program, (path,)


def main():
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        def timed(function, arguments):
            start = time.monotonic()
            return *function(*arguments), time.monotonic() - start
        running = {pool.submit(timed, function, arguments): title for title, function, arguments in jobs_of(sys.argv[1:])}
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
    print(f"{passed} passed, {failed} failed", flush=True)
    if os.environ.get("SUMS"):
        with open(os.environ["SUMS"], "a") as sums:
            sums.write(f"{passed} {failed}\n")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
