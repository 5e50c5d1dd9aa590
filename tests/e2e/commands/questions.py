"""list, count, show, and how answers are written."""
import os
import re
import signal
import subprocess

from .harness import AITIA, Case, LIMIT_S, on_terminal


class Questions(Case):
    def setUp(self):
        super().setUp()
        self.import_tutorials()

    def test_count_and_list_agree(self):
        for query in [], ["level:error"], ["-level:warning"], ["rule:TUT*"], ["is:untriaged", "level:error,note"]:
            rows = self.run_json("list", *query)
            self.assertEqual(self.count(*query), len(rows), query)
        self.assertEqual(self.run_ok("count").strip(), str(self.count()))

    def test_counts_by_value(self):
        answer = self.run_json("count", "--by=level,rule,day")[0]
        self.assertEqual(answer["count"], self.count())
        self.assertEqual([facet["key"] for facet in answer["facets"]], ["level", "rule", "day"])
        for facet in answer["facets"][:2]:
            self.assertEqual(facet["more_values"], 0)
            counts = [value["count"] for value in facet["values"]]
            self.assertEqual(counts, sorted(counts, reverse=True))
            for value in facet["values"]:
                if value["value"] is not None:
                    self.assertEqual(value["count"], self.count(f"{facet['key']}:{value['value']}"))
        narrow = self.run_json("count", "level:error", "--by=level", "--top=1")[0]
        self.assertEqual(narrow["facets"][0]["values"], [{"value": "error", "count": narrow["count"]}])
        text = self.run_ok("count", "--by=level,rule", "--top=1")
        self.assertIn("\nlevel\n", text)
        self.assertRegex(text, r"\d+  in \d+ more\n")
        self.fails(2, "there is no key 'lines'; one of: status,", "count", "--by=level,lines")
        self.fails(2, "there is no key ''", "count", "--by=")

    def test_limit_and_sort(self):
        everything = self.run_json("list", "--sort=id")
        ids = [row["id"] for row in everything]
        self.assertEqual(ids, sorted(ids))
        self.assertEqual(self.run_json("list", "--sort=id", "--limit=3"), everything[:3])
        self.assertEqual(self.run_json("list", "--sort=id", "--limit=0"), everything)
        ranks = [["none", "note", "warning", "error"].index(row["level"])
                 for row in self.run_json("list", "--sort=level")]
        self.assertEqual(ranks, sorted(ranks, reverse=True))
        self.assertEqual(self.run_ok("list", "--limit=2").count("\n"), 2)

    def test_long_lists_are_whole(self):
        self.run_ok("import", self.jsonl("many.jsonl", [{"id": str(n), "code": "x"} for n in range(1500)]))
        for sort in "newest", "oldest", "level", "path", "id":
            ids = [row["id"] for row in self.run_json("list", f"--sort={sort}")]
            self.assertEqual(len(ids), len(set(ids)), sort)
            self.assertEqual(len(ids), self.count(), sort)
        out = self.run_raw("list")
        self.assertEqual(out.stdout.count(b"\n"), 50)
        self.assertIn("--limit=0 shows all", out.stderr.decode())

    def test_codes_that_the_codebook_does_not_have(self):
        part = "query: at 7: unknown cause 'hallucinaton'; did you mean 'model/hallucination'?"
        key = self.run_json("incident", "create", "x")[0]["key"]
        for args in (["list", "cause:hallucinaton"], ["count", "cause:hallucinaton"],
                     ["annotate", "--where", "cause:hallucinaton", "--severity=Q2"],
                     ["incident", "add", key, "--where", "cause:hallucinaton"]):
            self.fails(2, part, *args)
        self.fails(2, "unknown symptom 'wrng_logic'; did you mean 'wrong_logic'?", "count", "-symptom:wrng_logic")
        self.assertEqual(self.count("cause:hallucination"), 0)
        self.assertEqual(self.count("cause:none", "symptom:none"), self.count())

    def test_words_phrases_texts_and_patterns(self):
        rows = [{"id": "1", "code": "int getUserName(void) { return NULL; }"},
                {"id": "2", "code": "user_name = None"}, {"id": "3", "code": "users == 1"}]
        self.run_ok("import", self.jsonl("words.jsonl", rows))
        found = {"user": 2, "getusername": 1, "user*": 3, '"return null"': 1, "text:sername": 1, "==": 1, "name -text:=": 1,
                 "re:user.?[A-Z_n]": 1, "re:(?i)user.?[A-Z_n]": 3, '"none return"': 0}
        for _ in range(2):
            for query, count in found.items():
                self.assertEqual(self.count(query), count, query)
            self.run_ok("index", "--rebuild")
        by_id = self.run_json("list", "user name", "--sort=id")
        ranked = self.run_json("list", "user name", "--sort=relevance")
        self.assertEqual(sorted(row["id"] for row in ranked), [row["id"] for row in by_id])
        self.fails(2, "at 7: the pattern is wrong", "list", "re:a(b")

    def test_index(self):
        samples = self.count("status:*")
        self.run_ok("index", "--rebuild")
        status = self.run_json("index", "--status")[0]
        self.assertEqual(status, {"samples": samples, "indexed": samples, "whole": True, "grouped": samples, "groups_whole": True})
        self.assertEqual(self.run_ok("index"), f"groups of alike samples are whole\nthe index is whole: {samples} samples\n")
        self.assertEqual(self.run_json("check")[0]["findings"], [])
        self.fails(2, "give one of them", "index", "--status", "--rebuild")

    def test_fields_between_tabs(self):
        for line in self.run_ok("list", "--limit=5").splitlines():
            self.assertEqual(len(line.split("\t")), 5, line)

    def test_hits_are_marked(self):
        code = "int a_needle(void);\n/* no\tneedle\x1b[7m, \u6f22needle */\nreturn hay;\n"
        self.run_ok("import", self.jsonl("n.jsonl", [{"id": "n", "code": code, "message": "a needle, found"}]))
        sample = str(self.run_json("list", "a_needle")[0]["id"])
        line = [AITIA, "--store", self.store, "show", sample, "--find", "needle text:hay"]
        _, shown = on_terminal(self, line)
        for marked in b"a_\x1b[1;7mneedle\x1b[0m(void)", b"a \x1b[1;7mneedle\x1b[0m, found", b"return \x1b[1;7mhay\x1b[0m;":
            self.assertIn(marked, shown)
        self.assertIn(b"^[[7m", shown)
        _, shown = on_terminal(self, line, env={"NO_COLOR": "1"})
        self.assertNotIn(b"\x1b", shown)
        self.assertNotIn("\x1b", self.run_ok(*line[3:]))
        self.fails(2, "", "show", sample, "--find", "re:(")
        _, shown = on_terminal(self, [AITIA, "--store", self.store, "list", "needle"])
        self.assertIn(b"\x1b[1;7mneedle\x1b[0m", shown)

    def test_a_list_without_hits_says_so(self):
        line = [AITIA, "--store", self.store, "list", "nosuchword"]
        out, shown = on_terminal(self, line, stream="stderr")
        self.assertEqual((out, shown), (b"", b"no sample matches\r\n"))
        self.assertEqual(self.run_raw(*line[3:]).stderr, b"")
        out, shown = on_terminal(self, line + ["--json"], stream="stderr")
        self.assertEqual((out, shown), (b"", b""))

    def test_show(self):
        row = next(row for row in self.run_json("list") if row["path"] and row["line"])
        number = str(row["id"])
        sample = self.run_json("show", number)[0]
        self.assertEqual(sample["flags"][0]["rule"], row["rule"])
        text = self.run_ok("show", number)
        self.assertIn(row["path"], text)
        self.assertIn(sample["fingerprint"], text)
        self.assertEqual(self.run_json("show", sample["fingerprint"]), [sample])
        self.fails(1, "99999", "show", "99999")
        self.fails(2, "neither the number of a sample nor its fingerprint", "show", "x1")
        self.fails(1, "", "show", "sha256:" + "0" * 64)
        self.fails(1, "INC-2031-0001", "show", "INC-2031-0001")

    def test_invalid_bytes(self):
        self.run_ok("import", self.write("bytes.jsonl", b'{"id":"b","code":"a\xff\\u0000\xc3"}\n'))
        number = str(max(row["id"] for row in self.run_json("list")))
        sample = self.run_json("show", number)[0]
        self.assertIn("\ufffd", sample["code"])
        self.assertIn("\x00", sample["code"])

    def test_colour_only_on_a_terminal(self):
        line = [AITIA, "--store", self.store, "list", "level:error"]
        self.assertNotIn(b"\x1b", self.run_raw("list", "level:error").stdout)
        _, shown = on_terminal(self, line)
        self.assertIn(b"\x1b[31merror", shown)
        for row in re.sub(rb"\x1b\[[0-9]*m", b"", shown).decode().split("\r\n"):
            self.assertLessEqual(len(row), 80)
        for env in {"NO_COLOR": "1"}, {"TERM": "dumb"}:
            _, shown = on_terminal(self, line, env=env)
            self.assertNotIn(b"\x1b", shown)
        _, shown = on_terminal(self, line, env={"NO_COLOR": ""})
        self.assertIn(b"\x1b[31m", shown)

    def test_a_reader_that_had_enough(self):
        self.run_ok("import", self.jsonl("many.jsonl", [{"id": str(n), "code": "x" * 200} for n in range(5000)]))
        child = subprocess.Popen([AITIA, "--store", self.store, "list", "--json"], env=self.env,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()
        child.stderr.close()
        self.assertEqual(child.wait(timeout=LIMIT_S), -signal.SIGPIPE)
        self.assertEqual(said, b"")

    def test_an_answer_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([AITIA, "--store", self.store, "list", "--json"], env=self.env, stdout=full,
                                  stderr=subprocess.PIPE, timeout=LIMIT_S)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"cannot write the answer: No space left", done.stderr)

    def test_closed_descriptors_do_not_harm_the_store(self):
        def close_all():
            for descriptor in 0, 1, 2:
                os.close(descriptor)
        path = self.jsonl("c.jsonl", [{"id": "closed", "code": "x"}])
        done = subprocess.run([AITIA, "--store", self.store, "import", path], env=self.env, preexec_fn=close_all,
                              timeout=LIMIT_S)
        self.assertEqual(done.returncode, 0)
        self.run_ok("check")
        self.assertEqual(self.count("id:closed"), 1)
