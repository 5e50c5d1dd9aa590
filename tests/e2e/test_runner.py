#!/usr/bin/python3
"""The tests' own runner, tests/run.py: what hangs, what is left behind and what fails beside a test is seen."""
import os, shutil, signal, subprocess, sys, tempfile, time, unittest
import cases

HERE = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(os.path.dirname(HERE), 'run.py')


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix='aitia-runner-')
        self.addCleanup(shutil.rmtree, self.dir)

    def script(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, 'w') as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def run_it(self, *words, **env):
        """Exit status, output, seconds."""
        env = {key: value for key, value in os.environ.items() if key not in ('SUMS', 'TEST_WRAPPER', 'TEST_LIMIT_S')} | env
        start = time.monotonic()
        done = subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr, time.monotonic() - start

    def ends(self, pid):
        """Killed, whether or not anybody has waited for it."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                with open(f'/proc/{pid}/stat') as file:
                    if file.read().rpartition(')')[2].split()[0] == 'Z':
                        return
            except FileNotFoundError:
                return
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        self.fail(f'{pid} is still there')

    def pid_in(self, path):
        with open(path) as file:
            return int(file.read())


class Bounds(Case):
    def test_what_is_left_behind_holds_nobody_up(self):
        pid = os.path.join(self.dir, 'pid')
        program = self.script('leaves', f'#!/bin/sh\nsleep 50 &\necho $! >{pid}\necho "[       OK ] one"\n')
        code, said, seconds = self.run_it(RUN, program)
        self.assertEqual((code, said.splitlines()[-1]), (0, '1 passed, 0 failed'))
        self.assertLess(seconds, 30)
        self.ends(self.pid_in(pid))

    def test_what_hangs_is_ended_and_failed(self):
        pid = os.path.join(self.dir, 'pid')
        program = self.script('hangs', f'#!/bin/sh\necho "[       OK ] one"\nsleep 50 &\necho $! >{pid}\nwait\n')
        script = self.script('hangs.py', 'import sys, time\nprint("Slow") if "--list" in sys.argv else time.sleep(50)\n')
        code, said, seconds = self.run_it(RUN, program, script, TEST_LIMIT_S='2')
        self.assertEqual((code, said.splitlines()[-1]), (1, '1 passed, 2 failed'), said)
        self.assertEqual(said.count('ended after 2 s (TEST_LIMIT_S)'), 2)
        self.assertLess(seconds, 30)
        self.ends(self.pid_in(pid))


class Alone(Case):
    def test_nothing_runs_beside_it(self):
        """Behind all others, one after the other, though two may run at a time."""
        notes = os.path.join(self.dir, 'notes')
        text = ('import os, sys, time, unittest\nsys.path.insert(0, %r)\nimport cases\nclass Case(unittest.TestCase):\n'
                ' def test(self):\n  for what in "begins", "ends":\n   with open(%r, "a") as file: file.write(type(self).__name__ + " " + what + "\\n")\n'
                '   time.sleep(0.3)\nclass A(Case): ALONE = True\nclass B(Case): ALONE = True\nclass C(Case): pass\nclass D(Case): pass\n'
                'del Case\nif __name__ == "__main__":\n    cases.main_here()\n' % (HERE, notes))
        code, said, _ = self.run_it(RUN, self.script('alone.py', text), TEST_JOBS='2')
        self.assertEqual((code, said.splitlines()[-1]), (0, '4 passed, 0 failed'), said)
        with open(notes) as file:
            lines = file.read().splitlines()
        self.assertEqual(sorted(lines[:4]), ['C begins', 'C ends', 'D begins', 'D ends'])
        self.assertIn(lines[4:], (['A begins', 'A ends', 'B begins', 'B ends'], ['B begins', 'B ends', 'A begins', 'A ends']))


class Beside(Case):
    def test_what_fails_beside_a_test_fails(self):
        """Set up or torn down by a class or module: no test is it, and testsRun counts none."""
        head = 'import sys, unittest\nsys.path.insert(0, %r)\nimport cases\n' % HERE
        tail = '\nif __name__ == "__main__":\n    cases.main_here()\n'
        fails = 'raise ValueError'
        for text, passed, failed in (
                (f'class One(unittest.TestCase):\n def test(self): pass\n @classmethod\n def tearDownClass(cls): {fails}', 1, 1),
                (f'class One(unittest.TestCase):\n def test(self): pass\n @classmethod\n def setUpClass(cls): {fails}', 0, 1),
                (f'class One(unittest.TestCase):\n def test(self): pass\ndef tearDownModule(): {fails}', 1, 1),
                (f'class One(unittest.TestCase):\n def tearDown(self): {fails}\n def test(self): {fails}', 0, 1),
                ('class One(unittest.TestCase):\n def test(self): pass\n def test_2(self): self.skipTest("why")', 1, 0)):
            path = self.script('beside.py', head + text + tail)
            code, said, _ = self.run_it(path)
            self.assertEqual((code, said.splitlines()[0]), (1 if failed else 0, f'{passed} passed, {failed} failed'), (text, said))


class Names(Case):
    def test_those_named_run_alone(self):
        text = 'class One(unittest.TestCase):\n def test(self): pass\n def test_2(self): pass\nclass Two(One): pass\n'
        path = self.script('names.py', f'import sys, unittest\nsys.path.insert(0, {HERE!r})\nimport cases\n{text}cases.main_here()\n')
        for names, passed in (('One.test',), 1), (('Two.test', 'One'), 3), ((), 4):
            code, said, _ = self.run_it(path, *names)
            self.assertEqual((code, said.splitlines()[0]), (0, f'{passed} passed, 0 failed'), said)


class First(Case):
    def test_what_is_installed_is_there_before_it_is_needed(self):
        """make -jN deps GOAL, of goals that are a make of their own."""
        shutil.copy(os.path.join(os.path.dirname(os.path.dirname(HERE)), 'Makefile'), self.dir)
        for folder in 'tools', 'core/base', 'tests/fuzz':
            os.makedirs(os.path.join(self.dir, folder))
        self.script('tools/deps.sh', 'sleep 0.5; touch installed\n')
        self.script('core/base/a.h', '')
        self.script('tests/fuzz/fuzz_a.c', '')
        inner = self.script('inner', '#!/bin/sh\n[ -e installed ] && echo after || echo "before: $*"\n')
        goals = 'asan', 'asan-e2e', 'valgrind', 'gcc', 'clang', 'fuzz'
        made = subprocess.run(['make', '-k', f'-j{len(goals) + 1}', 'MAKE=' + inner, 'deps', *goals], cwd=self.dir, capture_output=True,
                              text=True, timeout=60, env={k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL')})
        self.assertEqual(made.stdout.split('\n'), ['after'] * len(goals) + [''], made.stderr)


if __name__ == '__main__':
    cases.main_here()
