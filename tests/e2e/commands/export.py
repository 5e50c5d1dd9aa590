"""aitia export."""
import json
import os
import re
import subprocess
import time
import xml.etree.ElementTree

from .harness import AITIA, Case, files_in, on_terminal


class Export(Case):
    def setUp(self):
        super().setUp()
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        self.run_ok("import", self.jsonl("s.jsonl", [
            {"id": f"s{n}", "code": "x = `1`\n```\n<script>alert(1)</script>\n{{< evil >}}\n", "level": "error", "message": "<b>"}
            for n in range(1, 4)]))
        self.run_ok("incident", "create", "It <b>breaks</b>", "--severity=Q2")
        self.run_ok("incident", "add", "INC-2026-0001", "1", "2")
        self.run_ok("incident", "cause", "INC-2026-0001", "cache", "Cleared *twice*.", "--role=trigger")
        self.run_ok("incident", "create", "Another")

    def export(self, out, *more, code=0, site="plain"):
        text = self.run_ok("export", "--all", f"--site={site}", "--out", self.path(out), "--json", *more, code=code)
        return {answer["path"]: answer["outcome"] for answer in map(json.loads, text.splitlines())}

    def pages(self, out):
        return {os.path.relpath(path, self.path(out)): self.read(path) for path in files_in(self.path(out), "")}

    def test_who_may_read_the_pages_is_said(self):
        self.run_ok("incident", "create", "Plain")
        for audience, said in ("internal", True), ("public", False):
            line = [AITIA, "--store", self.store, "export", "--all", "--site=plain", "--out", self.path(audience), "--audience", audience,
                    "--unreviewed"]
            self.assertEqual(b"nothing is redacted or withheld; --audience=public does" in on_terminal(self, line, "stderr")[1], said)

    def test_written_once_and_the_same_everywhere(self):
        for site in "plain", "hugo", "mkdocs", "jekyll", "docusaurus", "mdbook", "vitepress", "starlight", "html":
            first = self.export(f"{site}-a", site=site)
            self.assertIn("written", first.values())
            self.assertEqual(set(self.export(f"{site}-a", site=site).values()), {"unchanged"})
            self.export(f"{site}-b", site=site)
            pages = self.pages(f"{site}-a")
            self.assertEqual(pages, self.pages(f"{site}-b"))
            self.assertGreaterEqual(len(pages), 2)
            self.assertNotIn(b"<script>", b"".join(
                re.sub(rb"(?ms)^(`{3,})[^`\n]*\n.*?^\1$", b"", page) for page in pages.values()), site)
        out = self.run_ok("export", "INC-2026-0001", "--site=plain", "--out", self.path("plain-a"))
        self.assertRegex(out, r"^unchanged +\S*/plain-a/inc-2026-0001.md\nunchanged +\S*/plain-a/inc-2026-0001.incident.json\n$")

    def test_an_incident_with_many_members(self):
        self.run_ok("import", self.jsonl("m.jsonl", [{"id": f"m{n}", "code": f"x = {n}"} for n in range(70)]))
        self.run_ok("incident", "add", "INC-2026-0002", *map(str, range(4, 74)))
        self.assertEqual(self.export("o")[self.path("o/inc-2026-0002.md")], "written")

    def test_a_signal_leaves_nothing(self):
        for n in range(30):
            self.run_ok("incident", "create", f"Number {n}")
        with subprocess.Popen([AITIA, "--store", self.store, "export", "--all", "--site=plain", "--out", self.path("o")],
                              env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            while child.poll() is None and not (os.path.isdir(self.path("o")) and os.listdir(self.path("o"))):
                pass
            child.terminate()
            said = child.communicate()[1]
        self.assertIn(child.returncode, (0, 143))  # 0: it was done by then
        self.assertEqual([name for name in os.listdir(self.path("o")) if name.startswith(".aitia-") and "pages" not in name], [])
        if child.returncode:
            self.assertIn(b"interrupted; nothing was written", said)

    def left(self, out):
        """Temporary files in a site, and the list of them if there is one."""
        names = [path for path in files_in(self.path(out), "") if ".aitia-" in path and ".aitia-pages" not in path]
        return sorted(path for path in names if ".aitia-writing" not in path), [path for path in names if ".aitia-writing" in path]

    def killed_export(self, out, site, after_s):
        with subprocess.Popen([AITIA, "--store", self.store, "export", "--all", f"--site={site}", "--out", self.path(out)],
                              env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            time.sleep(after_s)
            child.kill()

    def test_what_a_killed_export_left_goes_with_the_next(self):
        for n in range(40):
            self.run_ok("incident", "create", f"Number {n}")
        for site in "plain", "hugo":
            began = time.monotonic()
            self.export(f"{site}-whole", site=site)
            wanted, lasted = self.pages(f"{site}-whole"), time.monotonic() - began
            seen = 0
            for step in range(60):
                out = f"{site}-{step}"
                self.killed_export(out, site, lasted * (step % 20 + 1) / 20)
                files, lists = self.left(out) if os.path.isdir(self.path(out)) else ([], [])
                if files:
                    named = self.read(lists[0]).decode().splitlines()
                    self.assertLessEqual({os.path.relpath(path, self.path(out)) for path in files}, set(named))
                    self.export(out, "--check", site=site, code=1)
                    self.assertIn(f"{len(files)} file{'s were' if len(files) > 1 else ' was'} left by an export that was killed", self.err)
                    self.assertEqual(self.left(out), (files, lists))
                    seen += 1
                self.run_ok("export", "--all", f"--site={site}", "--out", self.path(out), notes=True)
                if files:
                    self.assertIn(f"took away {len(files)} temporary file", self.err)
                self.assertEqual(self.left(out), ([], []))
                self.assertEqual(self.pages(out), wanted)
                self.export(out, "--check", site=site)
                if seen == 3:
                    break
            self.assertGreater(seen, 0, site)

    def test_the_list_of_a_killed_export_leads_nowhere_else(self):
        self.export("o")
        for name in "mine.txt", ".aitia-abcdef", "o/.aitia-zzzzzz", "o/kept.md":
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write("mine\n")
        with open(self.path("o/.aitia-writing.plain"), "w", encoding="utf-8") as file:
            file.write("../mine.txt\n../.aitia-abcdef\nkept.md\n\n/.aitia-abcdef\n.aitia-zzzzzz\n.aitia-pages.plain\n.aitia-aaa")
        self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"), notes=True)
        self.assertIn("took away 1 temporary file that", self.err)
        self.assertEqual([os.path.exists(self.path(name)) for name in ("mine.txt", ".aitia-abcdef", "o/.aitia-zzzzzz", "o/kept.md")],
                         [True, True, False, True])
        self.assertEqual(self.left("o"), ([], []))

    def test_the_list_of_a_killed_export_goes_through_no_link(self):
        os.makedirs(self.path("elsewhere/empty"))
        for name in "elsewhere/.aitia-abcdef", "elsewhere/empty/.aitia-abcdef":
            with open(self.path(name), "w", encoding="utf-8") as file:
                file.write("mine\n")
        self.export("o")
        os.symlink("../elsewhere", self.path("o/link"))
        with open(self.path("o/.aitia-writing.plain"), "w", encoding="utf-8") as file:
            file.write("link/.aitia-abcdef\nlink/empty/.aitia-abcdef\n")
        self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"))
        self.assertTrue(os.path.exists(self.path("elsewhere/.aitia-abcdef")))
        self.assertTrue(os.path.exists(self.path("elsewhere/empty/.aitia-abcdef")))
        self.assertEqual(self.left("o")[1], [])
        # What is no file is no list: it is not read, and it is in nobody's way.
        self.run_ok("incident", "create", "Another")
        os.symlink("nowhere", self.path("o/.aitia-writing.plain"))
        self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"))
        self.run_ok("incident", "create", "A third")
        os.mkfifo(self.path("o/.aitia-writing.plain"))
        self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"))
        self.assertFalse(os.path.lexists(self.path("o/.aitia-writing.plain")))

    def test_a_menu_of_the_books_own_is_told_what_it_lacks(self):
        os.makedirs(self.path("b/src"))
        self.write("b/book.toml", '[book]\ntitle = "x"\n')
        self.write("b/src/SUMMARY.md", "# Summary\n\n- [Chapter 1](./chapter_1.md)\n- [Ours](postmortems/index.md)\n")
        line = "export", "--all", "--site=mdbook", "--out", self.path("b")
        self.assertIn("kept ", self.run_ok(*line, notes=True))
        self.assertIn("src/SUMMARY.md does not lead to all of these pages; to show them there:\n", self.err)
        self.assertNotIn("](postmortems/index.md)", self.err)
        self.assertIn("\n  - [INC&#45;2026&#45;0002 Another](postmortems/inc-2026-0002.md)\n", self.err)
        self.assertRegex(self.err, r"\n  - \[By category of cause\S+ infrastructure\]\(postmortems/by-cause-infrastructure\.md\)\n")
        with open(self.path("b/src/SUMMARY.md"), "a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in self.err.splitlines() if "](postmortems/" in line)
        self.run_ok(*line)

    def test_check(self):
        self.assertEqual(set(self.export("o", "--check", code=1).values()), {"stale"})
        self.assertFalse(os.path.exists(self.path("o")))
        self.export("o")
        self.assertEqual(set(self.export("o", "--check").values()), {"unchanged"})
        self.run_ok("incident", "set", "INC-2026-0001", "--title=Changed")
        before = self.pages("o")
        outcomes = self.export("o", "--check", code=1)
        self.assertEqual(outcomes[self.path("o/inc-2026-0001.md")], "stale")
        self.assertEqual(outcomes[self.path("o/inc-2026-0002.md")], "unchanged")
        self.assertEqual(self.pages("o"), before)

    def test_a_page_edited_by_hand_is_left_alone(self):
        paths = self.export("o")
        mine = next(path for path in paths if "0001" in path)
        text = self.read(mine).replace(b"Cleared", b"I say it was cleared")
        self.assertIn(b"I say", text)
        with open(mine, "wb") as file:
            file.write(text)
        outcomes = self.export("o", code=1)
        self.assertEqual(outcomes[mine], "refused")
        self.assertEqual(set(outcomes.values()) - {"refused"}, {"unchanged"})
        self.assertEqual(self.read(mine), text)
        self.assertIn("\n-", self.err)  # what differs
        self.assertIn("I say it was cleared", self.err)
        self.assertIn("aitia: 1 page edited by hand", self.err)
        self.assertIn("(`aitia edit KEY --adopt` takes the edits into the record; --force overwrites them)", self.err)
        self.assertEqual(self.export("o", "--force")[mine], "written")
        self.assertNotIn(b"I say", self.read(mine))

    def test_exports_at_the_same_time(self):
        """The list of pages loses none, whether the folder is there before or not."""
        keys = ["INC-2026-0001", "INC-2026-0002"]
        for n in range(3, 13):
            self.run_ok("incident", "create", f"No. {n}")
            keys.append(f"INC-2026-{n:04}")
        for there in False, True:
            with self.subTest(there=there):
                out = self.path(f"o{there}")
                if there:
                    os.mkdir(out)
                running = [subprocess.Popen([AITIA, "--store", self.store, "export", key, "--site=plain", "--out", out], cwd=self.dir,
                                            env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for key in keys]
                said = [process.communicate()[1].decode() for process in running]
                self.assertEqual([process.returncode for process in running], [0] * len(keys), said)
                listed = self.read(f"{out}/.aitia-pages.plain").decode().splitlines()
                listed = [line.split() for line in listed if not line.endswith(".json")]
                self.assertEqual([[key, path] for key, mark, path in listed], [[key, f"{key.lower()}.md"] for key in keys])

    def test_a_feed_outside_of_the_pages(self):
        for site, feed, page in (("docusaurus", "static/postmortems/feed.xml", "docs/postmortems/inc-2026-0001.md"),
                                 ("starlight", "public/postmortems/feed.xml", "src/content/docs/postmortems/inc-2026-0001.md")):
            with self.subTest(site=site):
                url, file = "--url=https://x.example/", self.path(f"{site}/{feed}")
                self.assertEqual(self.export(site, url, site=site)[file], "written")
                self.assertTrue(os.path.exists(self.path(f"{site}/{page}")))
                self.assertEqual(self.export(site, url, site=site)[file], "unchanged")
                os.remove(file)
                self.assertEqual(self.export(site, url, site=site)[file], "written")
                # Without an address there is none, and what was ours goes.
                self.assertEqual(self.export(site, "--check", site=site, code=1)[file], "stale")
                self.assertTrue(os.path.exists(file))
                self.assertEqual(self.export(site, site=site)[file], "removed")
                self.assertFalse(os.path.exists(file))
                self.export(site, url, site=site)
                with open(file, "ab") as mine:
                    mine.write(b"<!-- mine -->")
                self.assertNotIn(file, self.export(site, site=site))
                self.assertTrue(self.read(file).endswith(b"<!-- mine -->"))

    def test_folders_that_cannot_be_written(self):
        self.write("file", b"in the way")
        out = self.run_ok("export", "--all", "--site=plain", "--out", self.path("file/o"), code=3)
        self.assertEqual(out, "")
        self.fails(1, "INC-2026-0077", "export", "INC-2026-0077", "--site=plain", "--out", self.path("o"))

    def test_the_set_is_written_whole_or_not_at_all(self):
        os.makedirs(self.path("o/inc-2026-0001.md"))  # a folder is in the way of one page
        self.assertEqual(self.export("o", code=3), {})
        self.assertEqual([name for _, _, names in os.walk(self.path("o")) for name in names], [])

    def test_into_a_site(self):
        self.write("mkdocs.yml", "site_name: x\ndocs_dir: 'pages'\n")
        out = self.run_ok("export", "--all", "--site=mkdocs", "--out", self.dir, "--url=https://x.example/", notes=True)
        self.assertIn("nav:", self.err)
        self.assertIn(self.path("pages/postmortems/inc-2026-0001.md"), out)
        feed = self.read(self.path("pages/postmortems/feed.xml")).decode()
        self.assertIn("<id>https://x.example/postmortems/inc-2026-0001/</id>", feed)
        xml.etree.ElementTree.fromstring(feed)
        with open(self.path("mkdocs.yml"), "a") as file:
            file.write("nav:\n  - Postmortems: postmortems/index.md\n")
        self.run_ok("export", "--all", "--site=mkdocs", "--out", self.dir, "--url=https://x.example/")
        self.fails(2, "--url", "export", "INC-2026-0001", "--site=mkdocs", "--out", self.dir, "--url=https://x.example/")
        self.fails(2, "javascript:x", "export", "--all", "--site=mkdocs", "--out", self.dir, "--url=javascript:x")
        self.write("mkdocs.yml", "docs_dir: ../elsewhere\n")
        self.fails(3, "outside of the site", "export", "--all", "--site=mkdocs", "--out", self.dir)

    def test_indexes(self):
        self.export("o")
        index = self.read(self.path("o/README.md")).decode()
        self.assertIn("[INC\\-2026-0001](inc-2026-0001.md)".replace("\\", ""), index)
        self.assertIn("[Q2](by-severity-q2.md) (1)", index)
        for target in re.findall(r"\]\((\S+)\)", index):
            self.assertTrue(os.path.exists(self.path("o/" + target)), target)
        self.run_ok("incident", "set", "INC-2026-0001", "--severity=Q3")
        outcomes = self.export("o")  # the list of Q2 has no entries any more
        self.assertEqual(outcomes[self.path("o/by-severity-q2.md")], "removed")
        self.assertFalse(os.path.exists(self.path("o/by-severity-q2.md")))
        # A start page of the site's own is left, and that is no fault.
        with open(self.path("o/README.md"), "w") as file:
            file.write("# Ours\n")
        self.assertEqual(self.export("o")[self.path("o/README.md")], "kept")
        self.assertEqual(self.export("o", "--force")[self.path("o/README.md")], "kept")
        self.assertEqual(self.read(self.path("o/README.md")), b"# Ours\n")

    def test_what_was_withdrawn(self):
        self.export("o")
        self.run_ok("undo")  # the second incident
        page = self.path("o/inc-2026-0002.md")
        self.assertEqual(self.export("o", "--check", code=1)[page], "stale")
        self.assertEqual(self.export("o")[page], "written")
        self.assertIn(b"was withdrawn", self.read(page))
        self.assertFalse(os.path.exists(self.path("o/inc-2026-0002.incident.json")))
        self.assertEqual(self.export("o")[page], "unchanged")
        self.assertEqual(self.export("o", "--prune")[page], "removed")
        self.assertFalse(os.path.exists(page))
        self.assertNotIn(page, self.export("o"))

    def test_one_incident_leaves_the_others_listed(self):
        self.export("o")
        self.run_ok("export", "INC-2026-0001", "--site=plain", "--out", self.path("o"))
        self.run_ok("undo")
        self.assertEqual(self.export("o")[self.path("o/inc-2026-0002.md")], "written")  # a notice: it was not forgotten

    def test_a_list_that_names_pages_elsewhere(self):
        self.export("o")
        victim = self.write("victim.md", b"mine")
        with open(self.path("o/.aitia-pages.plain"), "a") as file:
            file.write("INC-2026-0009 ../victim.md\n- /etc/passwd\nINC-2026-0009 README.md\n")
        self.run_raw("export", "--all", "--site=plain", "--out", self.path("o"), "--prune")
        self.assertEqual(self.read(victim), b"mine")

    def test_an_older_page_put_back_is_not_current(self):
        """Its own mark fits, but it may show what was withdrawn since."""
        page = self.path("o/inc-2026-0001.md")
        self.export("o")
        before = self.read(page)
        self.run_ok("annotate", "1", "--cause=model", "--note=New.")
        self.export("o")
        now = self.read(page)
        self.assertNotEqual(before, now)
        with open(page, "wb") as file:
            file.write(before)
        self.assertEqual(self.export("o", "--check", code=1)[page], "stale")
        self.assertEqual(self.export("o")[page], "written")
        self.assertEqual(self.read(page), now)
        # Of a list that an older program wrote nobody knows it: it is looked at, and listed with its mark.
        listed = self.read(self.path("o/.aitia-pages.plain"))
        self.write("o/.aitia-pages.plain", re.sub(rb" mark:[0-9a-f]{64} ", b" ", listed))
        with open(page, "wb") as file:
            file.write(before)
        self.assertEqual(self.export("o", "--check", code=1)[page], "stale")
        self.assertEqual(self.export("o")[page], "written")
        self.assertEqual(self.read(self.path("o/.aitia-pages.plain")), listed)

    def test_nothing_new_is_seen_at_once_and_what_is_missing_too(self):
        first = self.export("o")
        listed = self.read(self.path("o/.aitia-pages.plain"))
        self.assertTrue(listed.startswith(b"# "))
        again = self.export("o")
        self.assertEqual(set(again), set(first))
        self.assertEqual(set(again.values()), {"unchanged"})
        os.remove(self.path("o/inc-2026-0002.md"))
        os.remove(self.path("o/by-status-suspected.md"))
        again = self.export("o")
        self.assertEqual({path for path, outcome in again.items() if outcome == "written"},
                         {self.path("o/inc-2026-0002.md"), self.path("o/by-status-suspected.md")})
        self.run_ok("annotate", "1", "--cause=model", "--note=New.")  # is shown on the first page
        self.assertEqual(self.export("o", "--check", code=1)[self.path("o/inc-2026-0001.md")], "stale")
        self.assertEqual(self.export("o")[self.path("o/inc-2026-0001.md")], "written")
        # Of one incident alone the list says nothing of the store.
        self.run_ok("export", "INC-2026-0001", "--site=plain", "--out", self.path("o"))
        self.assertFalse(self.read(self.path("o/.aitia-pages.plain")).startswith(b"# "))
        # Another site in the same folder has a list of its own.
        self.export("o")
        html = self.export("o", site="html")
        self.assertEqual({outcome for path, outcome in html.items() if path.endswith(".html")}, {"written"})
        self.assertEqual({outcome for path, outcome in html.items() if path.endswith(".json")}, {"unchanged"})  # both lead to it
        self.assertEqual(set(self.export("o").values()), {"unchanged"})

    ADVISED = {"aitia": 1, "incidents": [{
        "key": "INC-2026-0001", "sections": {"summary": "Write to ada@corp.com.", "affected": "Yes."},
        "advisories": [
            {"number": 1, "status": "affected", "product": "pkg:npm/%40a/b", "introduced_in": "1.0.0", "fixed_in": "1.2.0",
             "workaround": "Restart </script> ada@corp.com.", "link": "https://example.org/a"},
            {"number": 2, "status": "not_affected", "product": "Other"}]}]}

    def advise(self):
        self.write("advised.json", json.dumps(self.ADVISED).encode())
        self.run_ok("apply", self.path("advised.json"))

    def test_what_programs_read_stands_beside_the_page(self):
        self.advise()
        places = {"plain": "{}.", "html": "{}.", "hugo": "content/postmortems/{}/", "mkdocs": "docs/postmortems/{}.", "jekyll": "postmortems/{}/",
                  "docusaurus": "docs/postmortems/{}.", "mdbook": "src/postmortems/{}.", "vitepress": "public/postmortems/{}.",
                  "starlight": "public/postmortems/{}."}
        for site, place in places.items():
            outcomes = self.export(site, site=site)
            one = self.path(f"{site}/" + place.format("inc-2026-0001"))
            osv, openvex, record = (json.loads(self.read(one + name)) for name in ("osv.json", "openvex.json", "incident.json"))
            self.assertEqual(osv["id"], "x_INC-2026-0001")
            self.assertEqual([affected["package"]["name"] for affected in osv["affected"]], ["@a/b"])
            self.assertEqual([statement["status"] for statement in openvex["statements"]], ["affected", "not_affected"])
            self.assertEqual(record, json.loads(self.run_ok("incident", "show", "INC-2026-0001", "--json")))
            self.assertTrue(os.path.exists(self.path(f"{site}/" + place.format("inc-2026-0002")) + "incident.json"))
            self.assertFalse(os.path.exists(self.path(f"{site}/" + place.format("inc-2026-0002")) + "osv.json"))
            page = next(path for path in outcomes if path.endswith(("0001.md", "0001/index.md", "0001.html")))
            self.assertIn(b"osv.json", self.read(page))
            self.assertEqual(set(self.export(site, site=site).values()), {"unchanged"})

    def test_files_beside_a_page_are_left_alone_when_edited_and_go_with_it(self):
        self.advise()
        self.export("o")
        mine = self.path("o/inc-2026-0001.osv.json")
        self.write("o/inc-2026-0001.osv.json", b"{}")
        outcomes = self.export("o", code=1)
        self.assertEqual([path for path, outcome in outcomes.items() if outcome != "unchanged"], [mine])
        self.assertEqual((outcomes[mine], self.read(mine)), ("refused", b"{}"))
        self.assertEqual(self.export("o", "--force")[mine], "written")
        # Changed in the store, and renewed, since it is the file that was written.
        self.run_ok("incident", "set", "INC-2026-0001", "--title=New")
        self.assertEqual(self.export("o")[mine], "written")
        # Advisories that are there no more: their files go, of one incident alone too.
        self.write("none.json", json.dumps({"aitia": 1, "incidents": [{"key": "INC-2026-0001", "advisories": None}]}).encode())
        self.run_ok("apply", self.path("none.json"))
        out = self.run_ok("export", "INC-2026-0001", "--site=plain", "--out", self.path("o"))
        self.assertRegex(out, r"removed +\S*/inc-2026-0001.osv.json\n")
        self.assertFalse(os.path.exists(mine))
        self.assertTrue(os.path.exists(self.path("o/inc-2026-0001.incident.json")))

    def test_files_for_the_public_are_redacted(self):
        self.advise()
        self.write("redact.rules", b"")
        self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"), "--audience=public", "--rules", self.path("redact.rules"), code=1)
        self.assertEqual(files_in(self.path("o"), ""), [])
        listed = [json.loads(line) for line in self.run_ok("redact", "--all", "--json", "--rules", self.path("redact.rules"), code=1).splitlines()]
        for hit in {hit["hit"] for hit in listed}:
            self.run_ok("redact", "--hide", hit, "--why=a person", "--rules", self.path("redact.rules"))
        self.run_ok("export", "--all", "--site=plain", "--out", self.path("o"), "--audience=public", "--unreviewed", "--rules", self.path("redact.rules"))
        for path in files_in(self.path("o"), ""):
            self.assertNotIn(b"ada@corp", self.read(path), path)
        record = json.loads(self.read(self.path("o/inc-2026-0001.incident.json")))["incidents"][0]
        self.assertIn("[redacted: email]", record["sections"]["summary"])
        self.assertEqual(len(record["members"]), 2)
        # What restrictions withhold is in none of the files.
        self.run_ok("incident", "put", "INC-2026-0001", "restriction", "what=AD1 workaround, affected", "reason=Not yet.")
        self.run_ok("export", "--all", "--site=plain", "--out", self.path("p"), "--audience=public", "--unreviewed", "--rules", self.path("redact.rules"))
        self.assertEqual(len([path for path in files_in(self.path("p"), "") if "0001" in path]), 4)
        for path in files_in(self.path("p"), ""):
            self.assertNotIn(b"Restart", self.read(path), path)
            self.assertNotIn(b"Not yet.", self.read(path), path)

    def test_what_is_withheld_is_not_counted_outside(self):
        key = "INC-2026-0001"
        self.run_ok("import", self.jsonl("w.jsonl", [
            {"id": f"w{n}", "code": f"w{n}\n", "level": "error", "message": "m", "timestamp": f"2026-03-0{n}T10:00:00Z"} for n in range(1, 5)]))
        self.run_ok("incident", "add", key, "4", "5", "6", "7")
        self.run_ok("annotate", "4", "--cause=model/tool_use")
        self.run_ok("annotate", "5", "--cause=testing")
        self.run_ok("annotate", "6", "--cause=model/hallucination")
        self.run_ok("incident", "cause", key, "model/hallucination", "Evicted.")
        self.run_ok("incident", "put", key, "advisory", "status=affected", "product=pkg:npm/a", "introduced_in=1.0.0", "symptoms=As in [[s:5]] and [[s:4]].")
        self.run_ok("incident", "section", key, "summary", "-", stdin=b"It broke [[s:5]] by [[c:2]]; see [[s:4]].\n")
        self.run_ok("incident", "event", key, "2026-02-28", "Mended.", "--milestone=resolved")
        self.run_ok("incident", "set", key, "--status=resolved")
        self.run_ok("incident", "put", key, "restriction", "what=C2", "evidence=5", "reason=a contract")
        for audience in "internal", "public":
            self.export(audience, "--audience", audience, "--unreviewed")
        inside, outside = (self.pages(audience) for audience in ("internal", "public"))
        for words in b"testing", b"model/hallucination", b"2026-03-02: 1":
            self.assertIn(words, inside["inc-2026-0001.md"] + inside["inc-2026-0001.causes.svg"] + inside["inc-2026-0001.samples.svg"])
            for name, page in outside.items():
                self.assertNotIn(words, page, name)
        self.assertIn(b"| 6 core", inside["inc-2026-0001.md"])
        self.assertIn(b"| 5 core", outside["inc-2026-0001.md"])
        self.assertIn("members: 6 core", self.run_ok("incident", "show", key))
        self.assertIn("members: 5 core", self.run_ok("incident", "show", key, "--audience=public"))
        inner, outer = (json.loads(pages["inc-2026-0001.incident.json"])["incidents"][0]["computed"] for pages in (inside, outside))
        self.assertEqual((inner["flagged_after_resolved"], outer["flagged_after_resolved"]), (4, 3))
        self.assertIn("4 core or likely samples", inside["inc-2026-0001.incident.json"].decode())
        for name, page in outside.items():
            self.assertNotIn(b"4 core or likely samples", page, name)
        # Programs are given no numbers of what they are not shown.
        record = json.loads(outside["inc-2026-0001.incident.json"])
        self.assertEqual(record["incidents"][0]["sections"]["summary"].strip(), "It broke [withheld] by [withheld]; see [[s:4]].")
        self.assertEqual(record, json.loads(self.run_ok("incident", "show", key, "--audience=public", "--json")))
        self.assertEqual(json.loads(outside["inc-2026-0001.osv.json"])["details"].replace("\n\n\n", "\n\n"), "It broke by […]; see […].\n\n### What users see\n\nAs in […] and […].")
        for name in "osv.json", "openvex.json":
            self.assertNotIn(b"[[", outside["inc-2026-0001." + name])

    def test_charts(self):
        hostile = "<script>alert(1)</script> & \"x\" 'y' ]]> \u202e"
        self.write("charted.json", json.dumps({"aitia": 1, "incidents": [{
            "key": "INC-2026-0001", "cohorts": [{"number": 1, "name": hostile}],
            "events": [{"number": 1, "at": "2026-03-01", "kind": "milestone", "milestone": "first_impact", "cohorts": [1]},
                       {"number": 2, "at": "2026-03-03", "kind": "milestone", "milestone": "first_detectable"},
                       {"number": 3, "at": "2026-03-05", "kind": "milestone", "milestone": "detected"},
                       {"number": 4, "at": "2026-03-09", "kind": "milestone", "milestone": "resolved", "cohorts": [1]}],
            "changes": [{"number": 1, "text": hostile, "at": "2026-02-27"}, {"number": 2, "text": hostile, "at": "2026-03-04"}]}]}).encode())
        self.run_ok("apply", self.path("charted.json"))
        self.run_ok("import", self.jsonl("dated.jsonl", [
            {"id": f"d{n}", "code": f"d{n}\n", "level": "error", "message": "m", "timestamp": f"2026-03-0{1 + n % 6}T10:00:00Z"} for n in range(12)]))
        self.run_ok("incident", "add", "INC-2026-0001", *[str(n) for n in range(4, 16)])
        self.run_ok("annotate", "1", "2", "--cause=model/tool_use")
        self.run_ok("annotate", "4", "--cause=testing")
        self.export("o")
        page = self.read(self.path("o/inc-2026-0001.md")).decode()
        texts = {}
        for name in "timeline", "samples", "causes":
            self.assertIn(f"](inc-2026-0001.{name}.svg)", page)
            content = self.read(self.path(f"o/inc-2026-0001.{name}.svg"))
            root = xml.etree.ElementTree.fromstring(content)
            kinds = {element.tag.split("}")[1] for element in root.iter()}
            self.assertTrue(kinds <= {"svg", "title", "desc", "style", "rect", "text", "line", "circle"}, kinds)
            self.assertIn(b"prefers-color-scheme:dark", content)
            self.assertNotIn(b"http", content.replace(b"http://www.w3.org/2000/svg", b""))
            texts[name] = ["".join(element.itertext()) for element in root.iter()]
            for part in "title", "desc":
                self.assertTrue(root.find(f"{{http://www.w3.org/2000/svg}}{part}").text)
        shown = [text for text in texts["timeline"] if "<script>" in text]
        self.assertTrue(any("CH1 <script>" in text for text in shown) and any(text.startswith("<script>") for text in shown), texts)
        self.assertIn("<U+202E>", "".join(texts["timeline"]))  # in the hint, which is not cut
        self.assertIn("first detectable", texts["samples"])
        self.assertIn("detected", texts["samples"])
        self.assertIn("2026-03-02: 2", texts["samples"])
        self.assertIn("| 2026-03-02 | 2 |", page)  # the same in words
        self.assertIn("model/tool_use", texts["causes"])
        self.assertIn("2 · 67 %", texts["causes"])
        self.assertRegex(page, r"\| model/tool_use \| 2 \| 66.7 % \(20.8 … 93.9\) \| 67 % \|")
        self.assertIn("66.7 % (20.8 … 93.9)", texts["causes"])
        self.assertTrue(any(text.startswith("CH2 <script>") for text in texts["samples"]), texts["samples"])
        self.assertFalse(any(text.startswith("CH1") for text in texts["samples"]))  # before the first day  # what shipped, over the days
        # Edited by hand, it is left.
        self.write("o/inc-2026-0001.causes.svg", content + b"<!-- mine -->")
        self.assertEqual(self.export("o", code=1)[self.path("o/inc-2026-0001.causes.svg")], "refused")

    def test_pages_that_were_seen_are_not_read_again(self):
        """By their stamps, which this machine keeps beside the session; whatever is wrong with those, the answer is the same."""
        self.write("many.json", json.dumps({"aitia": 1, "incidents": [{"key": "INC-2026-%04d" % n, "title": "No. %d" % n} for n in range(2, 220)]}).encode())
        self.run_ok("apply", self.path("many.json"))
        self.assertEqual(set(self.export("o").values()), {"written"})
        folder = os.path.join(self.home, ".local/state/aitia")
        state, = (os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("pages-"))
        self.assertGreater(len(self.read(state).splitlines()), 1)

        def settled():
            """Once more, so that also what had been written just then is known."""
            time.sleep(0.1)
            self.assertEqual(set(self.export("o").values()), {"unchanged"})
            return self.read(state)

        seen = settled()
        self.assertEqual(len(seen.splitlines()), len(files_in(self.path("o"), "")))
        self.assertEqual(settled(), seen)
        page = self.path("o/inc-2026-0100.md")
        text, was = self.read(page), os.stat(page)
        # Edited to the same length, and its time set back: the time of the change tells.
        with open(page, "r+b") as file:
            file.write(text.replace(b"No. 100", b"No. 1oo"))
        os.utime(page, ns=(was.st_atime_ns, was.st_mtime_ns))
        self.assertEqual(self.export("o", code=1)[page], "refused")
        self.write("o/inc-2026-0100.md", text)
        # Another file in its place, of the same length and time.
        settled()
        self.write("o/other", text.replace(b"No. 100", b"No. 1oo"))
        os.utime(self.path("o/other"), ns=(was.st_atime_ns, was.st_mtime_ns))
        os.rename(self.path("o/other"), page)
        self.assertEqual(self.export("o", code=1)[page], "refused")
        self.assertEqual(self.export("o", "--force")[page], "written")
        # A page that is gone is written again, and one that the store changed.
        settled()
        os.unlink(page)
        self.assertEqual(self.export("o")[page], "written")
        self.run_ok("incident", "set", "INC-2026-0100", "--title=New")
        self.assertEqual(self.export("o")[page], "written")
        # Nonsense, or stamps of another list of pages, are no stamps.
        good = settled()
        for content in b"", b"\0" * 100, good[:1000], seen, good.split(b"\n", 1)[0] + b"\nx y\n" * 3, good.split(b"\n", 1)[0]:
            with open(state, "wb") as file:
                file.write(content)
            self.assertEqual(set(self.export("o", "--check").values()), {"unchanged"})
            self.assertEqual(self.read(state), content)
            self.assertEqual(settled(), good)
