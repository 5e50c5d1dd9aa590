"""What a script of this folder does with its words: `[--list | NAME...]`. Standard library only."""
import os
import sys
import unittest


class Result(unittest.TextTestResult):
    """Counts what passed; a test with failed parts failed once, and so did each setUp or tearDown of a class or module."""

    def __init__(self, *args):
        super().__init__(*args)
        self.passed = self.beside = 0

    def addError(self, test, err):
        super().addError(test, err)
        self.beside += not isinstance(test, unittest.TestCase)  # which testsRun does not count

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    @property
    def skipped_tests(self):
        """Of those that testsRun counts: a class or module that was skipped has none."""
        return sum(isinstance(test, unittest.TestCase) for test, _ in self.skipped)


def classes(suite):
    """Of all its tests, behind the name what is to be said of it: " alone" where the class says ALONE = True."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from classes(test)
        else:
            yield test.id().rpartition(".")[0] + (" alone" if getattr(test, "ALONE", False) else "")


def listed(prefix, name):
    """The classes of one; where it cannot be imported it stands for itself, and fails when it is run."""
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromName(prefix + name)
    return [name] if loader.errors else [found.removeprefix(prefix) for found in dict.fromkeys(classes(suite))]


def main(prefix, names):
    """Runs the tests named on the command line, else those of `names`: modules, classes or tests of one, each below
    `prefix`. --list: their classes, a line each,
    `CLASS alone` where nothing is to run beside it. The last line counts them, and a file in $SUMS collects the counts."""
    if sys.argv[1:] == ["--list"]:
        print("\n".join(found for name in names for found in listed(prefix, name)))
        return
    suite = unittest.TestLoader().loadTestsFromNames(prefix + name for name in sys.argv[1:] or names)
    result = unittest.TextTestRunner(resultclass=Result, verbosity=1).run(suite)
    failed = result.testsRun - result.passed - result.skipped_tests + result.beside
    print(f"{result.passed} passed, {failed} failed")
    if os.environ.get("SUMS"):
        with open(os.environ["SUMS"], "a") as sums:
            sums.write(f"{result.passed} {failed}\n")
    sys.exit(0 if failed == 0 and result.testsRun else 1)


def main_here():
    """The same for the script's own classes."""
    here = sys.modules["__main__"]
    main("__main__.", [name for name, value in vars(here).items() if isinstance(value, type) and issubclass(value, unittest.TestCase)
                       and unittest.TestLoader().getTestCaseNames(value)])
