"""aitia demo, without a terminal."""
import os

from .harness import Case, files_in


class Demo(Case):
    def test_without_a_terminal(self):
        self.env["AITIA_STORE"] = self.path("own.db")  # never touched by the demo
        out = self.run_ok("demo", store=False)
        for part in "import", "annotate", "apply", "INC-2026-0001", "written", "the pages are in":
            self.assertIn(part, out)
        self.assertFalse(os.path.exists(self.path("own.db")))
        data = os.path.join(self.home, ".local/share/aitia")
        pages = files_in(os.path.join(data, "demo-site"), ".md")
        self.assertGreaterEqual(len(pages), 2)
        for page in pages:
            if "0001" in page:
                self.assertIn(b"llustrative", self.read(page))
        self.store = os.path.join(data, "demo.db")
        self.assertGreater(self.count(), 100)
        self.assertEqual(self.count("-is:illustrative"), 0)
        self.assertGreater(self.count("is:annotated"), 5)
        self.assertGreater(self.count("is:untriaged"), 50)
        self.assertGreater(self.count("incident:INC-2026-0001"), 50)
        self.run_ok("check")
        # The person's own undo must not take the demo apart.
        self.fails(1, "", "undo")
        self.assertEqual(files_in(self.path("tmp"), ""), [])

    def test_again_keeps_edits_and_reset_does_not(self):
        store, pages = self.path("d.db"), self.path("pages")
        args = ["--store", store, "demo", "--out", pages]
        self.run_ok(*args, store=False)
        self.store = store
        log = self.run_ok("log", "--json")
        self.run_ok("annotate", "--where", "is:untriaged", "--cause=testing/no_soak")
        again = self.run_ok(*args, store=False)
        self.assertIn("keeping", again)
        self.assertGreater(self.count("cause:testing/no_soak"), 0)
        self.run_ok(*args, "--reset", store=False)
        self.assertEqual(self.count("cause:testing/no_soak"), 0)
        self.assertEqual(len(self.run_json("log")), len(log.splitlines()))

    def test_a_store_that_was_left_half_made_is_finished(self):
        self.store = self.path("d.db")
        self.run_ok("import", "--illustrative", self.jsonl("i.jsonl", [{"id": "a", "code": "x"}]))
        self.assertIn("INC-2026-0001", self.run_ok("demo", "--out", self.path("pages")))

    def test_somebodys_own_store_is_left_alone(self):
        self.run_ok("import", self.jsonl("a.jsonl", [{"id": "a", "code": "x"}, {"id": "b", "code": "y"}]))
        self.run_ok("annotate", "1", "2", "--status=excluded")
        before = self.run_ok("log", "--json")
        for more in [], ["--reset"]:
            self.fails(1, "not the demo's", "demo", "--out", self.path("pages"), *more)
        self.assertEqual(self.run_ok("log", "--json"), before)
