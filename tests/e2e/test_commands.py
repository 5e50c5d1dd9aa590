#!/usr/bin/python3
"""Drives the real program from outside, as a shell or a script does: every command, its exit
status, its answers, and that it keeps what it promises when things go wrong.

    AITIA=./aitia /usr/bin/python3 tests/e2e/test_commands.py [MODULE[.CLASS[.TEST]]...]

Runs from the project's root. The tests are in commands/. Standard library only.
"""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from commands import harness  # noqa: E402

MODULES = sorted(name[:-3] for name in os.listdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "commands"))
                 if name.endswith(".py") and name not in ("__init__.py", "harness.py"))


class Result(unittest.TextTestResult):
    """Counts what passed; a test with failed parts failed once."""

    def __init__(self, *args):
        super().__init__(*args)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main():
    if not os.access(harness.AITIA, os.X_OK):
        sys.exit(f"{harness.AITIA}: no such program; make it first")
    if not os.path.isdir(harness.TUTORIALS):
        sys.exit(f"{harness.DATA}: the test data is missing")
    names = sys.argv[1:] or MODULES
    suite = unittest.defaultTestLoader.loadTestsFromNames(f"commands.{name}" for name in names)
    result = unittest.TextTestRunner(resultclass=Result, verbosity=1).run(suite)
    failed = result.testsRun - result.passed - len(result.skipped)
    print(f"{result.passed} passed, {failed} failed")
    sums = os.environ.get("SUMS")
    if sums:
        with open(sums, "a") as file:
            file.write(f"{result.passed} {failed}\n")
    sys.exit(0 if failed == 0 and result.passed else 1)


if __name__ == "__main__":
    main()
