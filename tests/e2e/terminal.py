"""A real program in a real (pseudo) terminal, its screen kept by pyte. Never sleeps: every wait has a
condition and a deadline. Standard library and python3-pyte."""
import fcntl, json, os, pty, select, shutil, signal, struct, subprocess, tempfile, termios, time, unittest
import pyte

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AITIA = os.environ.get('AITIA', os.path.join(ROOT, 'aitia'))
DATA = os.path.join(os.path.dirname(ROOT), 'shared', 'data')

KEYS = {'Enter': '\r', 'Esc': '\x1b', 'Tab': '\t', 'S-Tab': '\x1b[Z', 'Space': ' ', 'BSpace': '\x7f',
        'Up': '\x1bOA', 'Down': '\x1bOB', 'Right': '\x1bOC', 'Left': '\x1bOD', 'Home': '\x1bOH', 'End': '\x1bOF',
        'PgUp': '\x1b[5~', 'PgDn': '\x1b[6~', 'F1': '\x1bOP', 'F5': '\x1b[15~'}


def environment(home, **more):
    """A private home, and nothing of the caller's that could change what is shown. The terminal is tmux's, since pyte
    does not know xterm's repeat sequence (REP)."""
    env = {'HOME': home, 'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'TERM': 'tmux-256color', 'LC_ALL': 'C.UTF-8',
           'TZ': 'UTC', 'AITIA_REVIEWER': 'tester', 'TMPDIR': home}
    for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS'):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(more)
    return env


def run(home, *args, stdin=None, env=None, check=None):
    """One command to its end; check: the exit status that it must have."""
    done = subprocess.run([AITIA, *args], input=stdin, capture_output=True, timeout=120, cwd=ROOT,
                          env=environment(home, **(env or {})))
    if check is not None and done.returncode != check:
        raise AssertionError(f'aitia {" ".join(args)}: exit {done.returncode}, not {check}\n'
                             f'{done.stdout.decode(errors="replace")}{done.stderr.decode(errors="replace")}')
    return done


class Terminal:
    def __init__(self, home, *args, cols=100, rows=30, env=None, argv=None):
        self.cols, self.rows, self.raw = cols, rows, b''
        self.screen = pyte.Screen(cols, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(ROOT)
                program = argv or [AITIA, *args]
                # The size must be there before the program looks.
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, cols, 0, 0))
                os.execvpe(program[0], program, environment(home, **(env or {})))
            finally:
                os._exit(127)

    def pump(self, seconds):
        """Takes what the program writes within `seconds`; False when nothing came."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b''
        if not data:
            self.reap()
            return False
        self.raw += data
        self.stream.feed(data)
        return True

    def reap(self):
        if self.status is None:
            _, self.status = os.waitpid(self.pid, 0)

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return '\n'.join(self.lines())

    def wait(self, condition, what, seconds=30):
        """Until condition() holds; the failure shows the screen."""
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0 or self.status is not None:
                raise AssertionError(f'waited for {what}; the screen is:\n{self.text()}\n(exit status {self.status})')
            self.pump(min(left, 0.5))
        return self

    def wait_text(self, text, seconds=30):
        return self.wait(lambda: text in self.text(), f'text {text!r}', seconds)

    def wait_gone(self, text, seconds=30):
        return self.wait(lambda: text not in self.text(), f'{text!r} to go', seconds)

    def wait_exit(self, seconds=30):
        deadline = time.monotonic() + seconds
        while self.status is None:
            if time.monotonic() > deadline:
                raise AssertionError(f'the program did not end; the screen is:\n{self.text()}')
            if not self.pump(0.2) and self.status is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.status = status
        return os.waitstatus_to_exitcode(self.status)

    def keys(self, *names):
        """Keys by name; 'text' of several characters that is no name is typed."""
        for name in names:
            data = KEYS.get(name) or (chr(ord(name[1]) & 31) if len(name) == 2 and name[0] == '^' else name)
            os.write(self.fd, data.encode())
        return self

    def resize(self, cols, rows):
        self.cols, self.rows = cols, rows
        self.screen.resize(rows, cols)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, cols, 0, 0))
        return self

    def kill(self, number=signal.SIGKILL):
        if self.status is None:
            os.kill(self.pid, number)
        return self

    def close(self):
        if self.status is None:
            self.kill()
            self.reap()
        os.close(self.fd)


def private_home():
    return tempfile.mkdtemp(prefix='aitia-e2e-')


class Case(unittest.TestCase):
    def setUp(self):
        self.home = private_home()
        self.terminals = []

    def tearDown(self):
        for terminal in self.terminals:
            terminal.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def open(self, *args, **options):
        terminal = Terminal(self.home, *args, **options)
        self.terminals.append(terminal)
        return terminal

    def aitia(self, *args, check=0, **options):
        return run(self.home, *args, check=check, **options).stdout.decode()

    def count(self, query):
        return json.loads(self.aitia('count', '--json', query))['count']

    def counts(self, query, expected):
        """The screen says so before, while or after another process sees it: wait for that."""
        end = time.monotonic() + 20
        while self.count(query) != expected and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(self.count(query), expected)
