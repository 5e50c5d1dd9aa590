#!/usr/bin/python3
"""What a terminal does to the workbench, and it to the terminal: stopped and resumed by a shell, resized without end, the mouse,
the clipboard."""
import base64, os, random, re
import cases
from terminal import AITIA, DATA, Case

REFLEXION = os.path.join(DATA, 'llm/noahshinn_reflexion/simple_mbpp_py/mbpp-py._simple_1_gpt-4_pass_at_k_1_py.jsonl')


def press(button, column, row, end='M'):
    """xterm's report (SGR), columns and rows from 0."""
    return f'\x1b[<{button};{column + 1};{row + 1}{end}'


class Shell(Case):
    """A shell with job control, as people have it below."""

    def setUp(self):
        super().setUp()
        self.aitia('import', REFLEXION)
        self.t = self.open(argv=['bash', '--norc', '--noprofile', '-i'], cols=100, rows=30, env={'PS1': 'shell> ', 'HISTFILE': ''})
        self.t.wait_text('shell>').keys(AITIA, 'Enter').wait_text(' 1 of 397').wait_text('help')

    def stop(self):
        self.t.keys('^Z').wait_text('Stopped')

    def modes(self):
        """Of the terminal, as the shell's next command finds them."""
        self.t.keys('clear; stty -a; echo "is" "told"', 'Enter').wait_text('is told')
        return self.t.text()

    def test_stopped_and_resumed(self):
        t = self.t.keys('j', 'j')
        t.wait_text(' 3 of 397')
        for cols, rows in ((100, 30), (140, 40), (80, 24)):  # the size changes while it is stopped
            before = len(t.raw)
            self.stop()
            given_back = t.raw[before:]
            for sequence in (b'\x1b[?1049l', b'\x1b[?2004l', b'\x1b[?1000l'):
                self.assertIn(sequence, given_back)
            self.assertGreater(given_back.rfind(b'\x1b[?25h'), given_back.rfind(b'\x1b[?25l'))
            modes = self.modes()
            for mode in ('icanon', 'echo', 'isig', 'icrnl', 'opost'):
                self.assertRegex(modes, rf'(?<![-\w]){mode}\b')
            t.resize(cols, rows)
            before = len(t.raw)
            t.keys('fg', 'Enter').wait_text(' 3 of 397').wait(lambda: 'help' in t.lines()[rows - 1], 'the footer in the last row')
            self.assertNotIn('shell>', t.text())
            for sequence in (b'\x1b[?1049h', b'\x1b[?2004h', b'\x1b[?1000h'):
                self.assertIn(sequence, t.raw[before:])
        t.keys('j').wait_text(' 4 of 397').keys('Q').wait_text('shell>')
        self.assertRegex(self.modes(), r'(?<![-\w])icanon\b')

    def test_stopped_while_a_note_is_typed(self):
        t = self.t.keys('n').wait_text('Note:').keys('half a thought').wait_text('half a thought')
        self.stop()
        t.keys('fg', 'Enter').wait_text('Note:').keys(' and a whole one').wait_text('half a thought and a whole one').keys('Enter')
        t.wait_text('note ·')
        self.counts('"half a thought and a whole one"', 1)

    def test_put_into_the_background(self):
        """bg: it asks the terminal for nothing there, and fg brings the screen back."""
        self.stop()
        self.t.keys('bg', 'Enter').wait_text('&')
        self.modes()
        self.t.keys('fg', 'Enter').wait_text(' 1 of 397').keys('j').wait_text(' 2 of 397')


class Sizes(Case):
    def test_a_storm_of_sizes(self):
        self.aitia('import', REFLEXION)
        t = self.open(cols=120, rows=40).wait_text(' 1 of 397').wait_text('help')
        rng = random.Random(5)
        keys = ['j', 'k', 'Tab', 'z', 'Enter', 'Esc', '?', 'Esc', 'Esc', 'I', 'Esc', 'A', 'Esc', 'm', 'Esc', '/', 'Esc', 'g']
        for n in range(400):
            cols, rows = [(1, 1), (400, 120), (1, 120), (400, 1), (2, 2), (rng.randint(1, 400), rng.randint(1, 120))][rng.randint(0, 5)]
            t.resize(cols, rows)
            if n % 2:
                t.keys(rng.choice(keys))
            if n % 8 == 0:
                t.pump(0.01)
        t.resize(120, 40)
        t.keys('Esc', 'Esc', 'Esc', 'Esc', 'Esc')
        t.keys('g', '^L')
        t.wait(lambda: ' 1 of 397' in t.lines()[0] and 'help' in t.lines()[39], 'a screen of the last size')
        while t.pump(0.3):
            pass
        seen = t.text()
        t.screen.reset()  # nothing of what the many sizes left there
        t.keys('^L')
        t.wait(lambda: t.text() == seen, 'the same screen painted anew')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)


class Mouse(Case):
    def setUp(self):
        super().setUp()
        self.aitia('import', REFLEXION)
        self.t = self.open(cols=140, rows=36, env={'TERM': 'xterm-256color'}).wait_text(' 1 of 397').wait_text('help')

    def divider(self):
        """Its column in the middle of the screen."""
        return self.t.lines()[18].index('│')

    def test_divider(self):
        at = self.divider()
        for to in (at - 20, at + 12):
            self.t.keys(press(0, at, 18)).pump(0.2)  # at once, curses makes one click of the two
            self.t.keys(press(0, to, 18, 'm')).wait(lambda: abs(self.divider() - to) <= 1, f'the divider at {to}')
            at = self.divider()

    def test_rows_wheel_and_parts(self):
        t = self.t
        t.keys(press(0, 10, 7), press(0, 10, 7, 'm')).wait_text(' 6 of 397')
        t.keys(press(65, 10, 7)).wait_text(' 9 of 397').keys(press(64, 10, 7)).wait_text(' 6 of 397')
        row = next(n for n, line in enumerate(t.lines()) if '[code]' in line)
        column = t.lines()[row].index('history')
        t.keys(press(0, column, row), press(0, column, row, 'm')).wait_text('[history]')
        t.keys(press(0, 10, 4), press(0, 10, 4, 'm'), press(0, 10, 4), press(0, 10, 4, 'm')).wait_text('Sample ')


class Clipboard(Case):
    def copied(self, t):
        """The file is written behind the screen's back."""
        path = os.path.join(self.home, '.local/state/aitia/copied')
        t.wait(lambda: os.path.exists(path), path)
        with open(path) as f:
            return f.read()

    def test_by_the_terminal_and_by_a_file(self):
        """OSC 52, whole and without breaks; what the terminal does not take is in a file."""
        self.aitia('import', REFLEXION)
        t = self.open(cols=100, rows=30).wait_text(' 1 of 397').wait_text('help')
        code = self.aitia('show', '--json', re.search(r'#(\d+)', t.text())[1])
        t.keys('y').wait_text('Copy').keys('Enter').wait_text('copied:')
        sent = re.findall(rb'\x1b\]52;c;([A-Za-z0-9+/=]+)\x07', t.raw)
        self.assertEqual(len(sent), 1)
        text = base64.b64decode(sent[0], validate=True).decode()
        self.assertIn(text.splitlines()[0].replace('\t', '\\t').replace('"', '\\"'), code)
        self.assertEqual(self.copied(t), text)

    def test_a_terminal_without_one(self):
        self.aitia('import', REFLEXION)
        t = self.open(cols=80, rows=24, env={'TERM': 'vt100'}).wait_text('1 of 397').wait_text('help')
        t.keys('y').wait_text('Copy').keys('Enter').wait_text('copied')
        self.assertNotIn(b'\x1b]52', t.raw)
        self.assertTrue(self.copied(t))


if __name__ == '__main__':
    cases.main_here()
