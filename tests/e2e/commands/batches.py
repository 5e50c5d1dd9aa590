"""aitia batch list, aitia batch show."""
import json

from .harness import Case


class Batches(Case):
    def test_what_became_of_imports(self):
        self.run_ok("import", self.jsonl("good.jsonl", [{"id": "a", "code": "x"}]))
        lines = [b'{"id":"b","code":"y"}', b"17", b"{broken", b'{"id":"a","code":"x"}']
        path = self.write("bad.jsonl", b"\n".join(lines) + b"\n")
        self.run_ok("import", "--illustrative", path, code=1)
        newest, oldest = self.run_json("batch", "list")
        self.assertEqual((newest["batch"], oldest["batch"]), (2, 1))
        self.assertEqual((newest["records"], newest["imported"], newest["updated"], newest["rejected"]), (4, 1, 1, 2))
        self.assertEqual((newest["source"], newest["format"], newest["reviewer"]), (path, "jsonl", "tester"))
        self.assertTrue(newest["illustrative"])
        self.assertEqual(self.run_json("batch", "list", "--limit=1"), [newest])
        answer = self.run_json("batch", "show", "2")[0]
        rejects = answer.pop("rejects")
        self.assertEqual(answer, newest)
        self.assertEqual([(reject["record"], reject["offset_bytes"]) for reject in rejects],
                         [(2, len(lines[0]) + 1), (3, len(lines[0]) + 4)])
        self.assertEqual(rejects[0]["reason"], "not an object but a number")
        self.assertEqual(self.run_json("batch", "show", "1")[0]["rejects"], [])
        text = self.run_ok("batch", "show", "2")
        self.assertIn(f"record 2 (byte {len(lines[0]) + 1}): not an object but a number\n", text)
        self.assertIn("ILLUSTRATIVE", text)
        self.assertIn("1 imported, 1 updated, 0 duplicates, 2 rejected", text)
        self.assertIn("good.jsonl", self.run_ok("batch", "list").splitlines()[1])

    def test_many_rejects(self):
        path = self.write("r.jsonl", b'{"id":"1","code":"x"}\n' + b"17\n" * 2500)
        self.run_ok("import", path, code=1)
        text = self.run_ok("batch", "show", "1")
        self.assertEqual(text.count("not an object"), 20)
        self.assertTrue(text.endswith("  … and 2480 more; --limit=0 shows all\n"))
        self.assertEqual(self.run_ok("batch", "show", "1", "--limit=0").count("not an object"), 2500)
        self.assertEqual(len(self.run_json("batch", "show", "1")[0]["rejects"]), 2500)
        self.assertEqual(len(self.run_json("batch", "show", "1", "--limit=1001")[0]["rejects"]), 1001)

    def test_files_without_records(self):
        for name in "a.jsonl", "b.jsonl":
            self.write(name, "")
        for _ in range(2):  # each is known again
            said = self.run_ok("import", self.path("a.jsonl"), self.path("b.jsonl"))
            self.assertIn("a.jsonl: 0 records: 0 imported, 0 updated, 0 duplicates, 0 rejected (jsonl, batch 1)", said)
            self.assertIn("b.jsonl: 0 records: 0 imported, 0 updated, 0 duplicates, 0 rejected (jsonl, batch 2)", said)
        self.assertIn("source     " + self.path("b.jsonl"), self.run_ok("batch", "show", "2"))

    def test_files_that_failed_are_named_at_the_end(self):
        good = self.jsonl("good.jsonl", [{"id": "a", "code": "x"}])
        self.run_ok("import", self.write("bad.sarif", '{"runs": 3'), good, code=3)
        self.assertTrue(self.err.endswith("1 failed; why stands above:\n  " + self.path("bad.sarif") + "\n"), self.err)

    def test_hostile_names_and_reasons(self):
        path = self.path("x\x1b]0;owned\x07\u202e.jsonl")
        with open(path, "w") as file:
            file.write('{"id":"1","code":"x"}\n"\x1b[2J\u202e"\n')
        self.run_ok("import", path, code=1)
        for args in ["batch", "list"], ["batch", "show", "1"]:
            self.assert_inert(self.run_ok(*args), args)
            self.assert_inert(self.run_ok(*args, "--json"), args)

    def test_wrong_use(self):
        self.fails(4, "there is no store at", "batch", "list")
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}]))
        self.fails(1, "there is no batch 2", "batch", "show", "2")
        self.fails(2, "is not the number of a batch", "batch", "show", "x")
        self.assertEqual(json.loads(self.run_ok("batch", "show", "1", "--json"))["batch"], 1)
