"""sql: the views, what is refused, what is told, how it ends."""
import os
import re
import signal
import subprocess
import time

from .harness import AITIA, Case

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


class Console(Case):
    def setUp(self):
        super().setUp()
        self.run_ok("import", self.jsonl("s.jsonl", [
            {"id": f"s{n}", "code": f"line {n}\n", "language": "python" if n % 2 else "go", "model": "m",
             "produced_at": f"2026-03-0{n}", "latency": str(n), "flags": [
                 {"source": "linter", "tool": "t", "rule": f"r{n % 2}", "message": "\x1b]0;owned\x07 é"}]}
            for n in range(1, 7)]))
        self.run_ok("annotate", "1", "2", "--cause=model/hallucination", "--symptom=wrong_logic", "--severity=Q2")

    def ask(self, question, **more):
        return self.run_json("sql", question, **more)

    def test_answers(self):
        self.assertEqual(self.ask("SELECT language, count(*) AS n FROM samples GROUP BY 1 ORDER BY 1"),
                         [{"language": "go", "n": 3}, {"language": "python", "n": 3}])
        self.assertEqual(self.ask("SELECT status, cause, severity, disposition, produced FROM samples WHERE id IN (1, 3)"),
                         [{"status": "annotated", "cause": "model/hallucination", "severity": "Q2",
                           "disposition": "confirmed_defect", "produced": "2026-03-01"},
                          {"status": "untriaged", "cause": None, "severity": None, "disposition": None,
                           "produced": "2026-03-03"}])
        self.assertEqual(self.ask("SELECT a.sample, symptom FROM symptoms y JOIN annotations a ON a.id = y.annotation"),
                         [{"sample": 1, "symptom": "wrong_logic"}, {"sample": 2, "symptom": "wrong_logic"}])
        self.assertEqual(self.ask("SELECT 1 AS a, 2.5 AS a, NULL AS a, 'x' AS a"), [{"a": 1, "a_2": 2.5, "a_3": None, "a_4": "x"}])
        self.assertEqual(self.run_ok("sql", "SELECT id, rule FROM samples LIMIT 1"), "id\trule\n1\tr1\n")
        self.assertEqual(self.run_ok("sql", "SELECT id FROM samples WHERE 0"), "id\n")
        self.assertEqual(self.run_ok("sql", "-", stdin=b"SELECT\n count(*) AS n\n FROM samples;\n"), "n\n6\n")

    def test_hostile_text_is_made_visible(self):
        shown = self.run_ok("sql", "SELECT message FROM flags LIMIT 1")
        self.assertNotIn("\x1b", shown)
        self.assertIn("é", shown)

    def test_nothing_else_can_be_read_or_done(self):
        for question, reason in (
                ("SELECT fingerprint FROM sample", "access to sample.fingerprint is prohibited"),
                ("WITH samples AS (SELECT * FROM sample) SELECT id FROM samples", "prohibited"),
                ("SELECT * FROM sqlite_schema", "prohibited"), ("SELECT sql FROM sqlite_temp_schema", "prohibited"),
                ("SELECT * FROM pragma_database_list", "not authorized"), ("PRAGMA user_version", "not authorized"),
                ("ATTACH 'x.db' AS x", "not authorized"), ("VACUUM", "the console"), ("DELETE FROM samples", "modify"),
                ("DROP VIEW samples", "not authorized"), ("CREATE TABLE t (x)", "not authorized"),
                ("SELECT load_extension('x')", "function load_extension"), ("SELECT zeroblob(1000000000)", "function zeroblob"),
                ("SELECT own_value(x'00', 1)", "function own_value"), ("EXPLAIN SELECT 1", "nothing else"),
                ("SELECT 1; SELECT 2", "one question at a time"), ("BEGIN", "not authorized"), ("   ", "no question")):
            with self.subTest(question=question):
                self.fails(2, reason, "sql", question)
        self.run_ok("check")

    def test_joins_by_name_which_sqlite_does_not_ask_about_are_refused(self):
        bom = "\ufeff"
        nothing = "SELECT reason FROM (SELECT NULL AS reason) FULL JOIN incident_restriction "
        for question in (
                nothing + "USING(reason)", nothing + "using (reason)", nothing + "/* ' */UsInG/**/(reason)",
                nothing + "--'\nUSING--'\n(reason)", nothing + "AS [it's] USING(\"reason\") -- '",
                nothing + "AS \"a'b\" USING(reason) --'", nothing + "AS `a'b` USING(reason) --'", nothing + bom + "USING(reason)",
                nothing + "AS 'it''s' USING(reason)", "WITH q AS (" + nothing + "USING(reason)) SELECT * FROM q",
                "SELECT 1 FROM samples s WHERE EXISTS (SELECT 1 FROM (SELECT * FROM (" + nothing + "USING(reason))))",
                "SELECT bytes FROM (SELECT NULL AS bytes) FULL JOIN body USING(bytes)",
                "SELECT changes FROM (SELECT NULL AS changes) FULL OUTER JOIN \"edit\" USING(changes)",
                "SELECT sql FROM (SELECT NULL AS sql) FULL JOIN sqlite_schema USING(sql)",
                "SELECT sql FROM (SELECT NULL AS sql) FULL JOIN main.sqlite_master USING(sql)",
                "SELECT sql FROM (SELECT NULL AS sql) FULL JOIN sqlite_temp_master USING(sql)",
                "SELECT id FROM samples JOIN (SELECT 1 AS id) USING(id)",
                "SELECT count(*) FROM (SELECT 'x' AS reason) NATURAL JOIN incident_restriction",
                "SELECT count(*) FROM (SELECT 'x' AS reason) LEFT natural JOIN incident_restriction",
                "SELECT count(*) FROM (SELECT 'x' AS reason)/**/NATURAL--\nFULL/* */JOIN [incident_restriction]",
                "SELECT count(*) FROM (SELECT 'x' AS reason LIMIT 0x1)NATURAL JOIN incident_restriction",
                "SELECT 'é', x'00'/**/FROM samples a NATURAL JOIN samples b"):
            with self.subTest(question=question):
                self.fails(2, "the console joins by ON", "sql", question)
                place = int(re.search(r"at (\d+):", self.err).group(1)) - 1
                self.assertRegex(question[place:], r"(?i)\A(using|natural)\b")
        # A variable may hold a quote that the look-out takes for the beginning of a text.
        self.fails(2, "too many SQL variables", "sql", "SELECT $a('), reason FROM (SELECT NULL AS reason) FULL JOIN "
                   "incident_restriction USING(reason) --'")
        self.fails(2, "too many SQL variables", "sql", "SELECT :name")
        # Elsewhere they are words like others.
        self.assertEqual(self.ask("SELECT 'using' AS \"natural\", 'it''s natural' AS [using], 1 AS using_it, 2 AS unnatural /* NATURAL */ "
                                  "FROM samples s JOIN flags `using` ON `using`.sample = s.id WHERE s.id = 1 -- USING(x)"),
                         [{"natural": "using", "using": "it's natural", "using_it": 1, "unnatural": 2}])

    def test_what_is_wrong_is_told_with_its_place(self):
        self.fails(2, "at 8: no such column: stauts; did you mean 'status'?", "sql", "SELECT stauts FROM samples")
        self.fails(2, "at 13: no such column: x", "sql", "SELECT 'é', x FROM samples")
        self.fails(2, "at 15: no such table: smaples; did you mean 'samples'?", "sql", "SELECT * FROM smaples")
        self.fails(2, "at 31: near \"ORDER\": syntax error", "sql", "SELECT id FROM samples  WHERE ORDER BY 1")
        self.fails(2, "give a question", "sql")

    def test_limits(self):
        endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT "
        started = time.time()
        late = self.run_raw("sql", "--seconds=1", endless + "count(*) FROM c")
        self.assertNotEqual(late.returncode, 0)
        self.assertIn(b"longer than 1 s", late.stderr)
        self.assertLess(time.time() - started, 10)
        done = self.run_raw("sql", "--limit=3", endless + "x FROM c")
        self.assertEqual((done.returncode, done.stdout), (0, b"x\n1\n2\n3\n"))
        self.assertIn(b"and more", done.stderr)
        child = subprocess.Popen([AITIA, "--store", self.store, "sql", "--seconds=0", endless + "count(*) FROM c"], env=self.env,
                                 cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=30)
        self.assertEqual(child.returncode, 130)

    def test_a_single_function_ends_too(self):
        text, part = "printf('%.*c', 3000000, 'a')", "printf('%.*c', 1500000, 'a') || 'b'"
        for question in (
                f"SELECT instr({text}, {part})", f"SELECT replace({text}, {part}, '')", f"SELECT trim({text}, replace({text}, 'a', 'b') || 'a')",
                "SELECT printf('%.*c', 60000000, 'a') LIKE '%' || printf('%.*c', 900, 'a') || 'b'",
                "SELECT printf('%.*c', 60000000, 'a') GLOB '*[a]' || printf('%.*c', 900, 'a') || 'b'",
                "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(lower(printf('%.*c', 60000000, char(97 + x % 5)))) FROM c"):
            with self.subTest(question=question):
                started = time.time()
                self.fails(1, "longer than 1 s", "sql", "--seconds=1", question)
                self.assertLess(time.time() - started, 20) # without: minutes
        child = subprocess.Popen([AITIA, "--store", self.store, "sql", "--seconds=0", f"SELECT instr({text}, {part})"], env=self.env,
                                 cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=20)
        self.assertEqual(child.returncode, 130)

    def test_every_view_can_be_read_and_is_documented(self):
        text = open(os.path.join(ROOT, "docs", "views.md"), encoding="utf-8").read()
        views = {}
        for line in self.run_ok("sql", "--views").splitlines():
            if line and not line.startswith(" "):
                views[line.split(":")[0]] = columns = []
            elif line:
                columns.append(line.split()[0])
        self.assertGreater(len(views), 10)
        for view, columns in views.items():
            part = re.search(rf"^## {view}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
            self.assertTrue(part, view)
            self.assertEqual(re.findall(r"^\| `(\w+)`", part.group(1), re.M), columns)
            self.run_ok("sql", f"SELECT {', '.join(columns)} FROM {view}")
        self.assertEqual({row["value"] for row in self.ask("SELECT value FROM provenance WHERE key = 'latency'")}, set("123456"))
