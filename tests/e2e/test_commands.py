#!/usr/bin/python3
"""Drives the real program from outside, as a shell or a script does: every command, its exit
status, its answers, and that it keeps what it promises when things go wrong.

    AITIA=./aitia /usr/bin/python3 tests/e2e/test_commands.py [--list | MODULE[.CLASS[.TEST]]...]

Runs from the project's root. The tests are in commands/. Standard library only.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cases  # noqa: E402
from commands import harness  # noqa: E402

MODULES = sorted(name[:-3] for name in os.listdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "commands"))
                 if name.endswith(".py") and name not in ("__init__.py", "harness.py"))


def main():
    if not os.access(harness.AITIA, os.X_OK):
        sys.exit(f"{harness.AITIA}: no such program; make it first")
    if not os.path.isdir(harness.TUTORIALS):
        sys.exit(f"{harness.DATA}: the test data is missing")
    cases.main("commands.", MODULES)


if __name__ == "__main__":
    main()
