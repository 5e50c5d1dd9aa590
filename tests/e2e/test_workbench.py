#!/usr/bin/python3
"""The workbench in a real terminal: the main job end to end, and what must hold however it goes."""
import codecs, json, os, shutil, signal, subprocess, sys, time
import cases
from terminal import DATA, ROOT, Case, Terminal, private_home, run

REFLEXION = os.path.join(DATA, 'llm/noahshinn_reflexion/simple_mbpp_py/mbpp-py._simple_1_gpt-4_pass_at_k_1_py.jsonl')
TROJAN = os.path.join(DATA, 'hostile/nickboucher_trojan-source')


class MainJob(Case):
    def test_import_to_export(self):
        """From an empty store to a page on disk, as the issue tells the story."""
        empty = self.open(cols=100, rows=30).wait_text('aitia import')
        empty.keys('q')
        self.assertEqual(empty.wait_exit(), 0)
        self.aitia('import', REFLEXION)
        t = self.open(cols=120, rows=36).wait_text('397')
        t.keys('/').keys('level:error').keys('Enter').wait_text('of 79')
        # Ten samples, two keys each: the queue moves on by itself.
        for n in range(10):
            t.keys('1', 'h')
            t.wait_text(f'{n + 2} of 79')
        self.wait_count('cause:model/hallucination', 10)
        for n in range(3):
            t.keys('u').wait_text('undid')
            self.wait_count('cause:model/hallucination', 9 - n)
        # Marked ones become an incident.
        t.keys('g').keys('Space', 'Space', 'Space').keys('a').wait_text('new incident')
        t.keys('n').wait_text('Title').keys('Wrong results from the evals', 'Enter')
        t.wait_text('INC-')
        t.keys('I').wait_text('Wrong results from the evals').keys('Enter').wait_text('Overview')
        shown = json.loads(self.aitia('incident', 'list', '--json').splitlines()[0])
        self.assertEqual(shown['members'], 3)
        key = shown['key']
        # A cause, an event.
        t.keys('Tab', 'Tab').wait_text('Causes').keys('a').wait_text('model').keys('m', 'h')
        t.wait_text('What exactly caused what').keys('The model makes up its results', 'Enter').wait_text('trigger').keys('Enter')
        t.wait_text('likely').keys('Enter').wait_text('The model makes up')
        t.keys('Tab').keys('a').wait_text('UTC').keys('2026-03-04 10:10', 'Enter').wait_text('observation')
        t.keys('Enter').keys('First seen by a reviewer', 'Enter').wait_text('First seen by a reviewer')
        t.keys('p').wait_text('Wrong results from the evals')
        document = json.loads(self.aitia('incident', 'show', key, '--json'))['incidents'][0]
        self.assertEqual(document['causes'][0]['code'], 'model/hallucination')
        self.assertEqual(document['events'][0]['at'], '2026-03-04T10:10Z')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)
        out = os.path.join(self.home, 'pages')
        self.aitia('export', key, '--site', 'plain', '--out', out)
        page = open(os.path.join(out, key.lower() + '.md')).read()
        for part in ('Wrong results from the evals', 'The model makes up its results', 'First seen by a reviewer'):
            self.assertIn(part, page)

    def test_an_edited_page_comes_back(self):
        """A page that somebody mended in an editor: shown, taken into the record, taken back; or written over."""
        document = {'aitia': 1, 'incidents': [{'key': 'INC-2026-0001', 'title': 'Wrong limits', 'sections': {
            'summary': 'The limits were read from an old file.', 'lessons': 'Read them again.'}}]}
        path, out = os.path.join(self.home, 'i.json'), os.path.join(self.home, 'pages')
        with open(path, 'w') as file:
            json.dump(document, file)
        self.aitia('apply', path)
        self.aitia('export', 'INC-2026-0001', '--site', 'hugo', '--out', out)
        page = os.path.join(out, 'content/postmortems/inc-2026-0001/index.md')

        def edit(old, new):
            with open(page) as file:
                text = file.read()
            self.assertIn(old, text)
            with open(page, 'w') as file:
                file.write(text.replace(old, new))

        def summary():
            return json.loads(self.aitia('incident', 'show', 'INC-2026-0001', '--json'))['incidents'][0]['sections']['summary']

        edit('from an old file&#46;', 'from a stale file&#46;')
        t = self.open(cols=120, rows=36, env={'AITIA_NOW': '2026-05-01T12:00:00Z'}).wait_text('aitia import')
        t.keys('I').wait_text('Wrong limits').keys('Enter').wait_text('Overview')
        t.keys('x').wait_text('Export for').keys('h').wait_text('Who will read it').keys('i').wait_text('Into the folder')
        t.keys('^U').keys(out, 'Enter').wait_text('X shows what differs')
        t.keys('X').wait_text('as it is there').wait_text('stale')
        t.keys('a').wait_text('taken from the page')
        self.assertEqual(summary().strip(), 'The limits were read from a stale file.')
        self.aitia('export', 'INC-2026-0001', '--site', 'hugo', '--out', out, '--check')
        t.keys('u').wait_text('undid')
        self.assertEqual(summary().strip(), 'The limits were read from an old file.')
        # Over another edit the page is written.
        edit('Read them again', 'Never read them')
        t.keys('x').wait_text('Export for').keys('h').wait_text('Who will read it').keys('i').wait_text('Into the folder')
        t.keys('^U').keys(out, 'Enter').wait_text('X shows what differs')
        t.keys('X').wait_text('as it is there').keys('q').wait_text('Overview').keys('X').wait_text('as it is there').keys('F').wait_text('written:')
        with open(page) as file:
            self.assertNotIn('Never', file.read())

    def wait_count(self, query, expected):
        for _ in range(100):
            found = self.count(query)
            if found == expected:
                return
        self.assertEqual(found, expected, query)

    def test_kill_keeps_what_was_acknowledged(self):
        self.aitia('import', REFLEXION)
        # Keys are for the row that is shown: the count may be there before the first page.
        t = self.open(cols=100, rows=30).wait_text(' 1 of 397').wait_text('solved')
        for n in range(5):
            t.keys('2', 'a').wait_text(f'{n + 2} of 397').wait_text('infrastructure/cache ·')
        t.kill(signal.SIGKILL).wait_exit()
        self.assertGreaterEqual(self.count('cause:infrastructure/cache'), 4)
        # The fifth was acknowledged by its message if that was shown for it.
        self.aitia('check')
        self.open().wait_text('of 397').keys('u').wait_text('undid')


    def test_first_start_offers_the_demo(self):
        t = self.open(cols=100, rows=30).wait_text('explores the demo')
        t.keys('D').wait_text('demo.db').wait_text('1 of 240')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)
        self.assertEqual(self.count(''), 0)  # the person's own store is as it was


class Insights(Case):
    def test_from_the_trend_to_the_samples(self):
        rows = []
        for day in range(90):
            at = f'2026-{1 + day // 30:02}-{1 + day % 28:02}T12:00:00Z'
            for n in range(10):
                bad = n < (6 if day >= 60 else 1)
                rows.append({'id': f'{day}.{n}', 'code': f'x{day}.{n}', 'timestamp': at, 'level': 'error' if bad else 'none',
                             'rule': 'r' if bad else None, 'model': 'new' if day >= 60 and n < 6 else 'old'})
        path = os.path.join(self.home, 'days.jsonl')
        with open(path, 'w') as out:
            out.writelines(json.dumps(row) + '\n' for row in rows)
        self.aitia('import', path)
        self.aitia('incident', 'create', 'Worse since March')
        t = self.open(cols=80, rows=24).wait_text('of 900')
        t.keys('A').wait_text('900 samples').keys('3').wait_text('more, times')
        t.wait_text('first detectable at the end of').wait_text('█')
        t.keys('M').wait_text('Worse since March').keys('j', 'Enter').wait_text('first detectable set')
        key = json.loads(self.aitia('incident', 'list', '--json').splitlines()[0])['key']
        document = json.loads(self.aitia('incident', 'show', key, '--json'))
        self.assertEqual([e['milestone'] for e in document['incidents'][0]['events']], ['first_detectable'])
        # Down to the change, and to the samples since.
        t.keys('j').wait_text('after:').keys('Enter').wait_text('Queue /-level:none after:')
        t.keys('q').wait_text('[Trend]').keys('4').wait_text('model new').keys('j', 'j', 'j', 'j')
        t.keys('Enter').wait_text('Insights /model:new').keys('q').wait_text('[Shared]')
        # Left while it is under way: nothing waits for it.
        t.keys('q').wait_text('of 900').keys('A', '4', 'q').wait_text('of 900').keys('Q')
        self.assertEqual(t.wait_exit(), 0)

    def test_no_colour(self):
        self.aitia('import', REFLEXION)
        t = self.open(cols=100, rows=30, env={'NO_COLOR': '1'})
        t.wait_text('397').keys('A').wait_text('397 samples').keys('2').wait_text('no sample here has a cause yet')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)


class Drafting(Case):
    """A postmortem written on the tab Draft of the demo's incident."""

    def draft(self, cols=140, rows=36, **options):
        t = self.open('demo', cols=cols, rows=rows, **options).wait_text('of 240')
        t.keys('I').wait_text('INC-2026-0001').keys('Enter').wait_text('since the fix')
        return t.keys('6').wait_text('Postmortem: draft').wait_text('Are you affected?')

    @staticmethod
    def columns(t, start, end):
        return '\n'.join(line[start:end] for line in t.lines())

    def test_the_document_follows_the_cursor(self):
        t = self.draft()
        self.assertIn('Still to do', self.columns(t, 70, 140))
        for _ in range(12):
            t.keys('^D')
        t.wait(lambda: '! warning, A5 owner' in self.columns(t, 0, 70), 'the end of the text')
        t.wait(lambda: 'Findings' in self.columns(t, 70, 140), 'the end of the document')
        t.keys('g').wait(lambda: 'Still to do' in self.columns(t, 70, 140), 'the head of the document')
        # In turn where there is no room for both.
        t.resize(80, 24).wait(lambda: 'Still to do' not in t.text(), 'the text alone')
        t.keys('p').wait_text('Still to do')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)

    def test_a_section_in_the_editor(self):
        script = os.path.join(self.home, 'editor')
        with open(script, 'w') as f:
            f.write('#!/bin/sh\nprintf "The engineer should have looked.\\n" > "$1"\n')
        os.chmod(script, 0o755)
        t = self.draft(env={'VISUAL': script})
        t.keys('Enter').wait_text('section summary').wait_text('The engineer should have looked.')
        t.wait(lambda: '! warning: "should have"' in self.columns(t, 0, 70), 'the finding below its line')
        # What it was before, and back to it.
        t.keys('r').wait_text('of Summary').wait_text('+1 -').keys('j').wait_text('+ The engineer should have looked.')
        t.keys('r').wait_text('summary as of edit').wait_text('no change')
        t.keys('q').wait_text('Postmortem: draft').wait_gone('The engineer should have looked.')
        t.keys('u').wait_text('The engineer should have looked.')
        t.keys('u').wait_gone('The engineer should have looked.')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)


class Terminals(Case):
    def setUp(self):
        super().setUp()
        self.aitia('import', REFLEXION)

    def test_sizes(self):
        t = self.open(cols=80, rows=24).wait_text('of 397').wait_text('help')
        for cols, rows in ((200, 60), (40, 10), (20, 5), (3, 2), (1, 1), (80, 24), (120, 40)):
            t.resize(cols, rows)
            t.keys('j', 'Tab', 'z')
            t.pump(0.2)
        t.wait_text('of 397')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)

    def test_no_color(self):
        coloured = self.open(cols=80, rows=24).wait_text('of 397').wait_text('help')
        plain = self.open(cols=80, rows=24, env={'NO_COLOR': '1'}).wait_text('of 397').wait_text('help')
        self.assertRegex(coloured.raw, rb'\x1b\[[0-9;]*3[0-7]m')
        self.assertNotRegex(plain.raw, rb'\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:;[0-9;]*)?m')

    def configure(self, text):
        folder = os.path.join(self.home, '.config/aitia')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'config.ini'), 'w') as f:
            f.write(text)

    def test_configuration(self):
        """Keys and colours of one's own; what is wrong is said before the screen is taken over."""
        script = os.path.join(self.home, 'editor')
        with open(script, 'w') as f:
            f.write('#!/bin/sh\nprintf "typed in %s" "$1" > "$2"\n')
        os.chmod(script, 0o755)
        self.configure(f'theme = dark\nkeys = emacs\neditor = {script} mine\n[keys]\nconfirmed = x\n')
        t = self.open(cols=100, rows=30, env={'VISUAL': 'false'}).wait_text(' 1 of 397').wait_text('help')
        t.keys('\x0e').wait_text('2 of 397').keys('x').wait_text('confirmed_defect ·').wait_text('3 of 397')
        self.counts('verdict:confirmed_defect', 1)
        t.keys('\x1bx').wait_text('Commands').keys('confirmed').wait_text('a confirmed defect').keys('\x07')
        t.wait_gone('Commands').keys('e').wait_text('note ·')
        self.counts('"typed in mine"', 1)
        self.assertRegex(t.raw, rb'\x1b\[[0-9;]*38;5;203m')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)
        self.configure('theme = light\ncolours = none\n')
        t = self.open(cols=80, rows=24).wait_text('of 397').wait_text('help')
        self.assertNotRegex(t.raw, rb'\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:;[0-9;]*)?m')
        self.configure('[keys]\nhelp = Hlep\n')
        t = self.open(cols=100, rows=30).wait_text("config.ini, line 2, is ignored: 'Hlep' is no key")
        t.keys('j').wait_gone('is ignored').keys('?').wait_text('Esc close').keys('Esc').wait_gone('Esc close').keys('Q')
        self.assertEqual(t.wait_exit(), 0)
        self.configure('[view unsound]\nquery = status:nonsense\n[view c]\nquery = lang:c\n[keys]\nhelp = Hlep\n')
        t = self.open(cols=100, rows=30).wait_text('2 lines of config.ini are ignored (`aitia config` names them): line 2: ')
        t.keys('O').wait_text('lang:c')
        self.assertNotIn('unsound', t.text())
        t.keys('Esc').wait_gone('lang:c').keys('Q').wait_exit()
        self.configure('reviwer = ada\n[view odd]\nsrt = x\n')
        t = self.open(cols=100, rows=30)
        self.assertEqual(t.wait_exit(), 3)
        self.assertIn(b"line 1: unknown setting 'reviwer': did you mean 'reviewer'?", t.raw)
        self.assertIn(b"line 3: unknown setting 'srt': did you mean 'sort'?", t.raw)

    def test_unknown_terminal(self):
        self.open(env={'TERM': 'xterm-of-tomorrow'}).wait_text('of 397')

    def test_restores_the_terminal(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV):
            t = self.open().wait_text('of 397')
            t.kill(number)
            t.wait_exit()
            # Leaves the alternate screen, shows the cursor again.
            self.assertIn(b'\x1b[?1049l', t.raw, signal.Signals(number).name)
            self.assertGreater(t.raw.rfind(b'\x1b[?25h'), t.raw.rfind(b'\x1b[?25l'))

    def test_pager_has_the_terminal_and_gives_it_back(self):
        """The text comes escaped; a resize while the pager runs is followed; keys typed meanwhile are the pager's."""
        hostile = os.path.join(self.home, 'hostile.jsonl')
        with open(hostile, 'w') as f:
            f.write(json.dumps({'code': 'evil\x1b]0;owned\x07\u202e()\x9b31m\n' + 'line\n' * 5, 'message': 'escapes'}) + '\n')
        self.aitia('import', hostile)
        seen, script = os.path.join(self.home, 'seen'), os.path.join(self.home, 'pager')
        with open(script, 'w') as f:
            f.write(f'#!/bin/sh\ncat > {seen}\ncat {seen}\nstty size < /dev/tty\necho "PAGER $1 HERE"\nread line < /dev/tty\n')
        os.chmod(script, 0o755)
        self.configure(f'pager = {script} mine\n')
        t = self.open(cols=100, rows=30, env={'PAGER': 'false'}).wait_text('of 398')
        t.keys('/').keys('evil').keys('Enter').wait_text('of 1').keys('Z').wait_text('PAGER mine HERE')
        t.wait_text('30 100')
        with open(seen, 'rb') as f:
            self.assertEqual(f.read(), b'evil^[]0;owned^G<U+202E>()<U+009B>31m\n' + b'line\n' * 5)
        t.resize(120, 40)
        t.keys('Q', 'Enter').wait_gone('PAGER mine').wait_text('of 1').wait_text('evil')
        t.wait(lambda: t.lines()[39] and t.lines()[0].endswith('newest'), 'a screen of the new size')
        self.assertNotIn(b'\x1b]0;', t.raw)
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)

    def test_editor_takes_a_note(self):
        script = os.path.join(self.home, 'editor')
        with open(script, 'w') as f:
            f.write('#!/bin/sh\nprintf "typed in the editor\\n" > "$1"\n')
        os.chmod(script, 0o755)
        t = self.open(env={'VISUAL': script}).wait_text('of 397')
        t.keys('e')
        for _ in range(200):
            if self.count('"typed in the editor"') == 1:
                break
            t.pump(0.05)
        self.counts('"typed in the editor"', 1)
        t.wait_text('of 397')

    def test_what_was_typed_survives(self):
        """Killed, or with its terminal gone: the next start goes on there, and the note can be had again."""
        for number in (signal.SIGHUP, signal.SIGKILL):
            shutil.rmtree(os.path.join(self.home, '.local/state'), ignore_errors=True)
            t = self.open(cols=100, rows=30).wait_text('of 397').wait_text('help')
            t.keys('/').keys('level:error', 'Enter').wait_text('1 of 79').wait_text('help')
            t.keys('j').wait_text('2 of 79').keys('n').wait_text('Note:').keys('half a thought').wait_text('half a thought')
            if number == signal.SIGKILL:
                for _ in range(100):  # it is kept once nothing was typed for a second
                    if 'half a thought' in self.sessions():
                        break
                    t.pump(0.1)
            t.kill(number)
            t.wait_exit()
            self.assertIn('half a thought', self.sessions())
            t = self.open(cols=100, rows=30).wait_text('not finished').wait_text('2 of 79').wait_text('/level:error')
            t.keys('n').wait_text('Note:').keys('Up').wait_text('half a thought').keys('Enter').wait_text('note ·')
            t.keys('Q')
            self.assertEqual(t.wait_exit(), 0)

    def test_typing_without_a_pause_survives_a_kill(self):
        """No second passes between two keys: all but the last second is there nevertheless."""
        t = self.open(cols=100, rows=30).wait_text('of 397').wait_text('help')
        t.keys('n').wait_text('Note:')
        for n in range(60):
            t.keys(f'{n:02} ').pump(0.1)
            time.sleep(0.05)
        t.kill(signal.SIGKILL).wait_exit()
        self.assertIn('00 01 02 03 04 05 06 07 08 09', self.sessions())
        t = self.open(cols=100, rows=30).wait_text('not finished')
        t.keys('n').wait_text('Note:').keys('Up').wait_text('30 31 32')

    def test_keys_of_codes(self):
        os.makedirs(os.path.join(self.home, '.config/aitia'), exist_ok=True)
        with open(os.path.join(self.home, '.config/aitia/config.ini'), 'w') as file:
            file.write('[codes]\nhallucination = x\nmodel/long_context = h\nwrong_logic = 9\n')
        t = self.open(cols=100, rows=30).wait_text('of 397').wait_text('help')
        t.keys('m').wait_text('x hallucination').wait_text('h long_context').keys('x').wait_text('2 of 397')
        t.keys('m', 'h').wait_text('3 of 397')
        self.counts('cause:model/hallucination', 1)
        self.counts('cause:model/long_context', 1)
        t.keys('s').wait_text('wrong_logic').keys('9', 'Enter').wait_text('wrong_logic')
        self.counts('symptom:wrong_logic', 1)

    def sessions(self):
        folder = os.path.join(self.home, '.local/state/aitia')
        names = os.listdir(folder) if os.path.isdir(folder) else []
        return ''.join(open(os.path.join(folder, name)).read() for name in names if name.startswith('session-'))

    def test_unknown_sequences_are_no_commands(self):
        t = self.open(cols=100, rows=30).wait_text('of 397').wait_text('help')
        # Alt-Up of some terminals, a modified key of xterm's, a mouse report in the SGR form, an SS3 key.
        for sequence in ('\x1b[1;9A', '\x1b[27;5;106~', '\x1b[<0;20;7M', '\x1bOm', '\x1b[99;1;2x'):
            t.keys(sequence)
        t.keys('j').wait_text('2 of 397')
        self.assertNotIn('Cause', t.text())
        self.counts('is:annotated', 0)
        # An escape by itself still counts, and so does what is typed right behind it.
        t.keys('\x1b' + 'j').wait_text('3 of 397')

    def test_pasted_bytes_that_are_no_text(self):
        """Each is shown as U+FFFD, and what stands behind it is there; what was pasted is no command."""
        t = self.open(cols=100, rows=30).wait_text('of 397').wait_text('help')
        t.keys('n').wait_text('Note:')
        os.write(t.fd, b'\x1b[200~one \xff two\xe2\x82 three\x1b]52;c;eA==\x07 \xed\xa0\x80 four\n five\x1b[201~')
        t.wait_text('one \ufffd two\ufffd three]52;c;eA== \ufffd\ufffd\ufffd four  five')
        # A character whose bytes come one by one.
        for byte in '\u20ac'.encode():
            os.write(t.fd, bytes([byte]))
            t.pump(0.05)
        t.wait_text('five\u20ac').keys('Enter').wait_text('note \u00b7')
        os.write(t.fd, b'\x1b[200~mhQ\x1b[201~')
        t.keys('j').wait_text('2 of 397')
        self.counts('is:annotated', 0)

    def test_help_and_filter_errors(self):
        t = self.open(cols=100, rows=30).wait_text('of 397')
        t.keys('?').wait_text('Cause: model').keys('undo your').wait_gone('Cause: model').wait_text('Undo your last edit')
        t.keys('Esc').wait_gone('Undo your last edit')
        t.keys('/').keys('status:nonsense').wait_text('unknown status')
        t.keys('Esc').wait_text('of 397')

    def test_a_terminal_that_needs_time(self):
        """It has curses send NULs before an attribute; what stands behind them is sent too."""
        source = os.path.join(self.home, 'slow.ti')
        with open(source, 'w') as f:
            f.write('slow|needs time, am, xenl, cols#80, lines#24, cup=\\E[%i%p1%d;%p2%dH, clear=\\E[H\\E[J, el=\\E[K, '
                    'cr=\\r, ind=\\n, bold=$<2/>\\E[1m, rev=$<2/>\\E[7m, sgr0=$<2/>\\E[m,\n')
        subprocess.run(['tic', '-x', '-o', os.path.join(self.home, 'terminfo'), source], check=True)
        t = self.open(cols=80, rows=24, env={'TERM': 'slow', 'TERMINFO': os.path.join(self.home, 'terminfo')})
        t.wait_text('of 397').wait_text('help')
        for look in (b'\x1b[1m', b'\x1b[7m', b'\x1b[m'):
            self.assertIn(b'\0' + look, t.raw)
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)

    def test_wide_characters_are_typed(self):
        """What is typed behind one changes the cell at its right half, which itself stays."""
        t = self.open(cols=100, rows=30).wait_text('of 397').wait_text('help')
        t.keys('/')
        for typed, shown in (('世', '世'), ('a', '世a'), ('界', '世a界'), ('BSpace', '世a'), ('b', '世ab')):
            t.keys(typed).wait(lambda: shown in t.text().replace('世 ', '世').replace('界 ', '界'), f'{shown} typed', 10)
        t.keys('Esc').wait_gone('世').keys('Q')
        self.assertEqual(t.wait_exit(), 0)

    def test_not_a_terminal(self):
        done = run(self.home, 'tui', stdin=b'')
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'terminal', done.stderr)


class Replaced(Case):
    def test_a_store_that_is_replaced(self):
        """Moved away: nothing is saved, what is typed stays; back, it is; another one in its place is opened by R."""
        self.aitia('import', REFLEXION)
        store = os.path.join(self.home, '.local/share/aitia/aitia.db')
        t = self.open(cols=100, rows=30).wait_text(' 1 of 397')
        t.keys('C').wait_text('2 of 397')
        self.counts('verdict:confirmed_defect', 1)
        for end in ('', '-wal', '-shm'):
            os.rename(store + end, store + '.away' + end)
        t.wait_text('was moved away or removed: nothing is saved until it is back')
        t.keys('n').wait_text('Note:').keys('never seen', 'Enter').wait_text('not saved').wait_text('Note: never seen')
        for end in ('', '-wal', '-shm'):
            os.rename(store + '.away' + end, store + end)
        t.keys('Esc').wait_text('the store\'s file is back').keys('n').wait_text('Note:').keys('Up', 'Enter')
        self.counts('"never seen"', 1)
        other = os.path.join(self.home, 'other.db')
        self.aitia('--store', other, 'import', '--format', 'jsonl', '-', stdin=b'{"code": "x = 1", "message": "the other"}\n')
        old = os.path.join(self.home, 'old.db')
        os.link(store, old)
        with open(store + '.replaced-wal', 'w') as file:
            file.write('of another day')
        os.rename(other, store)
        t.wait_text('Another file took the store\'s place').wait_text('what was saved is in the replaced file')
        t.keys('F').wait_text('not saved')
        # Who opens the new file now does not take the log of the old one for its own.
        self.aitia('check')
        self.counts('"x = 1"', 1)
        self.counts('verdict:confirmed_defect', 0)
        # What was acknowledged is in the old file itself.
        for query in ('"never seen"', 'verdict:confirmed_defect'):
            counted = self.aitia('--store', old, 'count', '--json', query)
            self.assertEqual((query, json.loads(counted)['count']), (query, 1))
        with open(store + '.replaced-wal') as file:
            self.assertEqual(file.read(), 'of another day')
        self.assertTrue(os.path.exists(store + '.replaced2-wal'))
        t.keys('R').wait_text('1 of 1 ').wait_text('the other').keys('F').wait_text('false_positive')
        self.counts('verdict:false_positive', 1)
        self.aitia('check')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)
        self.assertIn(f'its log is now {store}.replaced2-wal\r\n'.encode(), t.raw)


class Console(Case):
    def test_ask_and_open(self):
        """A question in SQL, what is wrong with one, a row's sample; an endless one is stopped."""
        self.aitia('import', REFLEXION)
        t = self.open(cols=110, rows=24).wait_text('397')
        t.keys(';').wait_text('Tab completes').keys('SELECT status, count(*) AS n FROM samples GROUP BY 1', 'Enter')
        t.wait_text('untriaged')
        t.keys('/', '^U').keys('SELECT lebel FROM samples', 'Enter').wait_text("at 8: no such column: lebel; did you mean 'level'?")
        t.keys('^E', '^U').keys('SELECT id, title FROM samples WHERE id > 5 ORDER BY id', 'Enter').wait_text('1 of 392')
        t.keys('j', 'Enter').wait_text('Sample 7').keys('q').wait_text('2 of 392')
        t.keys('/', '^U').keys('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c', 'Enter')
        t.wait_text('asking; Esc stops it').keys('Esc').wait_text('stopped')
        t.keys('/', '^U').keys('SELECT 6 * 7 AS answer', 'Enter').wait_text('42')


class PutOff(Case):
    def test_defer_and_duplicate(self):
        """Put off by two keys, back when it is due; a duplicate of the marked one, and to and fro."""
        self.aitia('import', REFLEXION)
        t = self.open(cols=110, rows=30).wait_text('397')
        t.keys('P').wait_text('Put off until').keys('3').wait_text('deferred until 3d')
        self.counts('deferred:*', 1)
        t.keys('P', 'o').wait_text('hits:QUERY').keys('2020', 'Enter').wait_text('has passed already')
        t.keys('^U').keys('hits:lang:cobol', 'Enter').wait_text('deferred until hits:lang:cobol')
        self.counts('deferred:hits:*', 1)
        t.keys('Space', '=').wait_text('is a duplicate of sample number').keys('Enter').wait_text('duplicate of sample')
        self.counts('verdict:duplicate', 1)
        t.keys('Esc', 'k', '&').wait_text('1 duplicate').keys('&').wait_text('duplicate of #')
        t.keys('Q')
        self.assertEqual(t.wait_exit(), 0)
        # The next session brings back what is due by then.
        u = self.open(cols=110, rows=30, env={'AITIA_NOW': '2099-01-01T00:00:00Z'}).wait_text('397')
        u.wait_text('due, and untriaged again')
        self.counts('deferred:*', 1)


class Hostile(Case):
    def test_samples_cannot_leave_their_pane(self):
        """Escape codes, bidi controls and invalid UTF-8: nothing of them reaches the terminal raw."""
        rows = []
        evil = ['\x1b]0;owned\x07', '\x1b[2J\x1b[1;1Howned', '\x9b31m', '\u202e\u2066evil\u2069', 'a\u200bb\U000e0041', '\x1bP+q\x1b\\',
                '\x1b[?1049l', '\r\nx', '\x00', '\x0e\x0f', 'e\u0301' * 50, '\u0301' * 90, '\U0001f469\u200d\U0001f4bb' * 20]
        for n, text in enumerate(evil):
            rows.append(json.dumps({'id': text, 'completion': f'x = 1 {text}\n' * 3, 'path': f'src/{text}.py', 'model': text,
                                    'language': text, 'message': f'm {text}', 'rule_id': text, 'session_id': text}))
        path = os.path.join(self.home, 'evil.jsonl')
        with open(path, 'wb') as f:
            f.write('\n'.join(rows).encode())
            f.write(b'\n{"completion": "bad \xff\xfe\xc0\x80 bytes", "message": "\xf0\x9f bytes"}\n')
        self.aitia('import', path, check=None)
        for name in sorted(os.listdir(TROJAN)):
            self.aitia('import', os.path.join(TROJAN, name), check=None)
        total = self.count('')
        self.assertGreater(total, 60)
        t = self.open(cols=120, rows=40).wait_text(f'of {total}')
        for n in range(total - 1):
            t.keys('j').wait_text(f'{n + 2} of {total}')
        for part in range(8):
            t.keys(']')
        t.keys('G')
        t.wait_text(f'{total} of {total}')
        t.keys('?').wait_text('Cause: model')
        # Raises if anything invalid came through; what was read last may end within a character.
        raw = codecs.getincrementaldecoder('utf-8')().decode(t.raw)
        for bad in ('owned\x07', '\x1b]0;', '\x1b[2J\x1b[1;1Howned', '\x9b', '\u202e', '\u2066', '\u200b', '\U000e0041', '\x1bP+q'):
            self.assertNotIn(bad, raw)
        listed = run(self.home, 'list', '--limit', '100', check=0).stdout.decode('utf-8')
        for bad in ('\x1b', '\x9b', '\u202e', '\u2066', '\u200b', '\x07'):
            self.assertNotIn(bad, listed)


if __name__ == '__main__':
    cases.main_here()
