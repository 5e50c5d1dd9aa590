"""aitia export --watch."""
import json
import os
import queue
import signal
import subprocess
import threading
import time

from .harness import AITIA, Case

WAIT_S = 60  # for what takes a second


class Watch(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("s.jsonl", [{"id": "a", "code": "x", "level": "error", "message": "m"}]))
        self.run_ok("incident", "create", "First")
        self.page = self.path("o/inc-2026-0001.md")

    def watch(self, *more):
        """Its lines come to self.lines, what it says beside them to self.said."""
        process = subprocess.Popen([AITIA, "--store", self.store, "export", "--all", "--site=plain", "--out", self.path("o"), "--watch", *more],
                                   cwd=self.dir, env=self.env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.lines, self.said = queue.Queue(), queue.Queue()

        def read(stream, into):
            for line in stream:
                into.put(line.rstrip("\n"))

        readers = [threading.Thread(target=read, args=pair) for pair in ((process.stdout, self.lines), (process.stderr, self.said))]
        for reader in readers:
            reader.start()

        def end():
            process.kill()
            process.wait()
            for reader in readers:
                reader.join()
            process.stdout.close()
            process.stderr.close()

        self.addCleanup(end)
        return process

    def line(self, part):
        text = self.lines.get(timeout=WAIT_S)
        self.assertIn(part, text)

    def heard(self, part):
        while part not in self.said.get(timeout=WAIT_S):
            pass

    def stop(self, process, number):
        process.send_signal(number)
        self.assertEqual(process.wait(WAIT_S), 0)
        self.assertTrue(self.lines.empty())

    def test_each_edit_is_on_the_page(self):
        for number in signal.SIGINT, signal.SIGTERM:
            with self.subTest(number=number):
                process = self.watch()
                self.line(" written")
                title = f"Now {number}"
                self.run_ok("incident", "set", "INC-2026-0001", "--title", title)
                self.line(" written")
                self.assertIn(title.encode(), self.read(self.page))
                self.stop(process, number)
                self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"), "--check")

    def test_a_page_edited_by_hand_is_left_and_the_others_go_on(self):
        process = self.watch()
        self.line(" written")
        with open(self.page, "ab") as file:
            file.write(b"mine\n")
        self.run_ok("incident", "create", "Second")
        self.line("1 refused")
        self.heard("edited by hand")
        self.assertTrue(self.read(self.page).endswith(b"mine\n"))
        self.assertTrue(os.path.exists(self.path("o/inc-2026-0002.md")))
        self.stop(process, signal.SIGTERM)

    def test_a_page_that_is_put_back_is_renewed_and_nothing_is_told_twice(self):
        process = self.watch()
        self.line(" written")
        before = self.read(self.page)
        self.write(self.page, before + b"mine\n")
        self.run_ok("incident", "set", "INC-2026-0001", "--title=New")
        self.line("1 refused")
        self.heard("edited by hand")
        while not self.said.empty():
            self.said.get()
        time.sleep(6)  # a retry is made after ten looks
        self.assertTrue(self.said.empty())
        self.assertTrue(self.lines.empty())
        self.write(self.page, before)
        self.line(" written")
        self.assertIn(b"New", self.read(self.page))
        self.stop(process, signal.SIGTERM)

    def test_programs_are_told_once_of_a_page_edited_by_hand(self):
        process = self.watch("--json")
        for _ in range(5):
            self.lines.get(timeout=WAIT_S)
        before = self.read(self.page)
        self.write(self.page, before + b"mine\n")
        self.run_ok("incident", "set", "INC-2026-0001", "--title=New")
        time.sleep(8)
        self.write(self.page, before)
        outcomes = []
        while outcomes[-1:] != ["written"]:
            answer = json.loads(self.lines.get(timeout=WAIT_S))
            outcomes += [answer["outcome"]] if answer["path"] == self.page else []
        self.assertEqual(outcomes, ["refused", "written"])
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(WAIT_S), 0)

    def test_an_undecided_hit_holds_it_up_until_it_is_decided(self):
        rules = self.path("redact.rules")
        self.write("redact.rules", b"")
        process = self.watch("--audience=public", "--unreviewed", "--rules", rules)
        self.line(" written")
        before = self.read(self.page)
        self.run_ok("incident", "section", "INC-2026-0001", "summary", "-", stdin=b"Write to ada@corp.com.\n")
        self.heard("nobody decided on")
        self.assertEqual(self.read(self.page), before)
        hit = json.loads(self.run_ok("redact", "--all", "--json", "--rules", rules, code=1))["hit"]
        self.run_ok("redact", "--hide", hit, "--why=a person", "--rules", rules)
        self.line(" written")
        self.assertIn(b"redacted: email", self.read(self.page))
        self.write("redact.rules", b"nonsense\n")
        self.heard("going on")
        self.write("redact.rules", f"keep {hit} ada: hers\n".encode())
        self.line(" written")
        self.assertIn(b"ada@corp.com", self.read(self.page))
        self.stop(process, signal.SIGTERM)

    def hiding(self):
        """Rules that hide a word, in the home; the page is checked against it."""
        self.run_ok("incident", "section", "INC-2026-0001", "summary", "-", stdin=b"It began with BLUEBIRD.\n")
        os.makedirs(os.path.join(self.home, ".config/aitia/templates"))
        self.write("home/.config/aitia/redact.rules", b"rule codename BLUEBIRD\n")
        hit = json.loads(self.run_ok("redact", "--all", "--json", code=1))["hit"]
        self.run_ok("redact", "--hide", hit, "--why=a codename")
        return self.path("home/.config/aitia/redact.rules")

    def test_without_the_rules_that_were_there_nothing_is_exported(self):
        rules = self.hiding()
        process = self.watch("--audience=public", "--unreviewed")
        self.line(" written")
        os.rename(rules, rules + "~")
        self.heard("redact.rules is gone: nothing is exported until it is back; going on")
        self.run_ok("incident", "set", "INC-2026-0001", "--title=New")
        time.sleep(1.5)  # three looks
        self.assertTrue(self.lines.empty())
        os.rename(rules + "~", rules)
        self.line(" written")
        page = self.read(self.page)
        self.assertIn(b"New", page)
        self.assertIn(b"redacted: codename", page)
        self.assertNotIn(b"BLUEBIRD", page)
        self.stop(process, signal.SIGTERM)

    def test_rules_that_are_being_written_do_not_count_yet(self):
        rules = self.hiding()
        whole = self.read(rules)
        process = self.watch("--audience=public", "--unreviewed")
        self.line(" written")
        begun = last = time.monotonic()
        longest = 0
        while last < begun + 3:
            self.write("rules.new", b"# %d\n" % (last * 1000))
            os.replace(self.path("rules.new"), rules)
            time.sleep(0.02)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        self.write("home/.config/aitia/redact.rules", b"")
        self.heard("redact.rules is empty: nothing is exported until its rules are back")
        self.write("home/.config/aitia/redact.rules", whole + b"# once more\n")
        if longest > 0.3:
            self.skipTest("the machine is too slow to write twice between two looks")
        self.line("0 written")
        self.assertNotIn(b"BLUEBIRD", self.read(self.page))
        self.stop(process, signal.SIGTERM)

    def test_without_the_template_that_was_there_nothing_is_exported(self):
        self.run_ok("incident", "section", "INC-2026-0001", "summary", "-", stdin=b"It began with BLUEBIRD.\n")
        own = self.path("home/.config/aitia/templates/brief.mustache")
        config = self.path("home/.config/aitia/config.ini")
        os.makedirs(os.path.dirname(own))
        self.write(own, b"# {{title}}\n\nOurs.\n")
        self.write(config, b"template = brief\n")
        process = self.watch()
        self.line(" written")
        for file in own, config:
            with self.subTest(file=file):
                os.rename(file, file + "~")
                self.heard("%s is gone: nothing is exported until it is back" % os.path.basename(file))
                title = f"Now {len(file)}"
                self.run_ok("incident", "set", "INC-2026-0001", "--title", title)
                os.rename(file + "~", file)
                self.line(" written")
                page = self.read(self.page)
                self.assertIn(title.encode(), page)
                self.assertIn(b"Ours.", page)
                self.assertNotIn(b"BLUEBIRD", page)
        self.stop(process, signal.SIGTERM)

    def test_a_store_that_was_replaced_ends_it(self):
        other = self.path("other.db")
        self.run_ok("backup", other)
        for how in "replaced", "moved":
            with self.subTest(how=how):
                process = self.watch()
                self.line(" written")
                if how == "replaced":
                    os.replace(other, self.store)
                else:
                    os.rename(self.store, self.store + "~")
                self.heard("s.db was replaced or moved away while it was open")
                self.assertEqual(process.wait(WAIT_S), 4)

    def test_a_folder_that_cannot_be_written_is_tried_again(self):
        process = self.watch()
        self.line(" written")
        os.mkdir(self.path("o/inc-2026-0002.md"))
        before = self.read(self.page)
        self.run_ok("incident", "set", "INC-2026-0001", "--title=New")
        self.line(" written")
        self.run_ok("incident", "create", "Second")
        self.heard("going on")
        self.assertNotEqual(self.read(self.page), before)
        os.rmdir(self.path("o/inc-2026-0002.md"))
        self.line(" written")
        self.assertTrue(os.path.isfile(self.path("o/inc-2026-0002.md")))
        self.stop(process, signal.SIGTERM)

    def test_for_programs_what_changed_is_told(self):
        process = self.watch("--json")
        first = {json.loads(self.lines.get(timeout=WAIT_S))["outcome"] for _ in range(5)}
        self.assertEqual(first, {"written"})
        self.run_ok("incident", "set", "INC-2026-0001", "--title=New")
        self.assertEqual(json.loads(self.lines.get(timeout=WAIT_S))["path"], self.page)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(WAIT_S), 0)

    def test_wrong_words_end_it_at_once(self):
        self.fails(2, "--check", "export", "--all", "--site=plain", "--out", self.path("o"), "--watch", "--check")
        self.fails(1, "INC-2026-0077", "export", "INC-2026-0077", "--site=plain", "--out", self.path("o"), "--watch")
        self.fails(3, "o such file", "export", "--all", "--site=plain", "--out", self.path("o"), "--watch", "--audience=public",
                   "--rules", self.path("none"))
        self.fails(3, "no template", "export", "--all", "--site=plain", "--out", self.path("o"), "--watch", "--template=nothing")
