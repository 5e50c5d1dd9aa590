"""docs/ and completion are what the program says."""
import json
import os
import re
import subprocess

from .harness import Case, LIMIT_S, ROOT, TUTORIALS


class References(Case):
    def test_files_are_what_the_program_prints(self):
        for kind, path in [("commands", "docs/commands.md"), ("keys", "docs/keys.md"), ("terms", "docs/terms.md"),
                           ("query", "docs/query.md"), ("record", "docs/record.md"),
                           ("schema", "docs/incident.schema.json"), ("lint", "docs/lint.md"), ("man", "docs/aitia.1"), ("bash", "docs/completion/aitia.bash")]:
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                self.assertEqual(self.run_ok("docs", kind, store=False), file.read(), path)

    def documented_keys(self):
        """{command: keys of its --json answer}, read from docs/commands.md."""
        with open(os.path.join(ROOT, "docs/commands.md"), encoding="utf-8") as file:
            text = file.read()
        keys = {}
        for part in re.split(r"^### aitia ", text, flags=re.M)[1:]:
            name, _, rest = part.partition("\n")
            _, found, answer = rest.partition("Keys of `--json`")
            if found:
                keys[name] = set(re.findall(r"^- `([^`]+)`: ", answer, re.M))
        return keys

    def keys_of(self, value, known, prefix=""):
        found = set()
        for key, item in value.items():
            found.add(prefix + key)
            if isinstance(item, list) and item and isinstance(item[0], dict):
                for child in item:
                    found |= self.keys_of(child, known, f"{prefix}{key}[].")
            if isinstance(item, dict) and any(name.startswith(f"{prefix}{key}.") for name in known):
                found |= self.keys_of(item, known, f"{prefix}{key}.")
        return found

    def import_list(self):
        config = os.path.join(self.home, ".config/aitia/config.ini")
        os.makedirs(os.path.dirname(config), exist_ok=True)
        with open(config, "w") as file:
            file.write("[import p]\nformat = jsonl\n[view v]\nquery = level:error\n")
        return self.run_json("import", "--list-formats")

    def test_every_key_of_every_answer_is_documented(self):
        documented = self.documented_keys()
        self.run_ok("incident", "create", "x")
        sarif = os.path.join(TUTORIALS, "RegionVariants.sarif")
        self.assertTrue(os.path.exists(sarif))
        odd = self.write("bytes.jsonl", b'{"id":"b","code":"a\xff","model":"m"}\n')
        self.run_ok("import", odd)
        lines = {
            "import": ["import", odd, sarif, self.path("none")], "batch list": ["batch", "list"],
            "batch show": ["batch", "show", "1"], "list": ["list"], "count": ["count"], "show": ["show", "1"],
            "annotate": ["annotate", "1", "--cause=model"],
            "incident create": ["incident", "create", "y, by a@analytical.org"], "incident list": ["incident", "list"],
            "incident set": ["incident", "set", "INC-2026-0001", "--severity=Q1"],
            "incident status": ["incident", "status", "INC-2026-0001", "closed"],
            "incident add": ["incident", "add", "INC-2026-0001", "1"],
            "incident cause": ["incident", "cause", "INC-2026-0001", "cache", "x"],
            "incident event": ["incident", "event", "INC-2026-0001", "2026", "x"],
            "incident action": ["incident", "action", "INC-2026-0001", "fix", "x"],
            "incident section": ["incident", "section", "INC-2026-0001", "summary", "-"],
            "incident put": ["incident", "put", "INC-2026-0001", "source", "name=P"],
            "change add": ["change", "add", "INC-2026-0001", "shipped", "at=2026-03"],
            "change list": ["change", "list"],
            "lint": ["lint"],
            "incident remove": ["incident", "remove", "INC-2026-0001", "1"],
            "apply": ["apply", "-"], "edit": ["edit", "INC-2026-0001"],
            "export": ["export", "--all", "--site=plain", "--out", self.path("o")],
            "redact": ["redact", "--all"],
            "log": ["log"], "undo": ["undo"], "redo": ["redo"], "check": ["check"], "index": ["index"],
            "backup": ["backup", self.path("copy.db")], "merge": ["merge", self.path("copy.db")], "compact": ["compact"],
            "config": ["config"], "view list": ["view", "list"],
            "stats": ["stats"], "onset": ["onset"], "contrast": ["contrast", "id<=4"], "similar": ["similar"],
            "plan make": ["plan", "make", "p", "--size=3"], "plan list": ["plan", "list"], "plan show": ["plan", "show", "p"],
            "group list": ["group", "list"], "group show": ["group", "show", "1"], "group join": ["group", "join", "1", "2"],
            "group part": ["group", "part", "1", "3"], "group free": ["group", "free", "1", "3"],
            "group propose": ["group", "propose"],
            "watch": ["watch"], "agreement": ["agreement"], "sql": ["sql", "SELECT id, title FROM samples LIMIT 1"],
            "exposure import": ["exposure", "import", "-"], "exposure list": ["exposure", "list"],
            "template list": ["template", "list"], "template check": ["template", "check", self.write("t.mustache", b"{{titel}}\n")], "template names": ["template", "names"],
            "incident review": ["incident", "review", "INC-2026-0001", "in_review"],
            "incident revisions": ["incident", "revisions", "INC-2026-0001"],
            "incident recurrences": ["incident", "recurrences", "INC-2026-0002"],
            "incident show": ["incident", "show", "INC-2026-0001"],
        }
        self.assertEqual(set(lines), set(documented))
        self.env["AITIA_NOW"] = "2026-05-01T12:00:00Z"
        os.remove(self.store)
        self.run_ok("incident", "create", "x")
        document = b'{"aitia":1,"incidents":[{"title":"z"}]}'
        for name, line in lines.items():
            if name == "stats":  # reviewers who do not agree
                for reviewer, cause in (("ada", "cache"), ("bob", "routing")):
                    self.run_ok(f"--reviewer={reviewer}", "annotate", "1", f"--cause={cause}")
            if name == "incident recurrences":
                for key in ("INC-2026-0001", "INC-2026-0002"):
                    self.run_ok("incident", "add", key, "1")
            if name == "group propose":
                self.run_ok("annotate", "2", "3", "--cause=cache")
            if name == "watch":
                self.run_ok("incident", "event", "INC-2026-0001", "2026-03-02", "x", "--milestone=first_impact")
                self.run_ok("incident", "event", "INC-2026-0001", "2026-04-02", "x", "--milestone=fix_deployed")
            stdin = {"apply": document, "exposure import": b"day,outputs\n2026-03-01,10\n"}.get(name, b"text\n")
            done = self.run_raw(*line, "--json", stdin=stdin, env={"VISUAL": "true"})
            answers = [json.loads(answer) for answer in done.stdout.splitlines()]
            if name == "import":  # its options answer in other ways
                answers += self.run_json("import", "--dry-run", sarif) + self.import_list()
            if name == "count":
                answers += self.run_json("count", "--by=level")
            if name == "backup":
                answers += self.run_json("backup", "--verify", self.path("copy.db"))
                answers += self.run_json("backup", "--restore", self.path("copy.db"))
            if name == "log":
                answers += self.run_json("log", "1")
            self.assertTrue(answers, (name, done.stderr))
            found, known = set(), documented[name]
            for answer in answers:
                found |= self.keys_of(answer, known)
            if name == "import":  # samples are those of show
                samples = {key[len("samples[]."):] for key in found if key.startswith("samples[].")}
                self.assertIn("code", samples)
                self.assertLessEqual(samples, documented["show"])
                found = {key for key in found if not key.startswith("samples[].")}
            if name == "incident show":  # the rest is in docs/apply.md
                found = set(answers[0])
            if known == {"…"}:  # the question names them
                continue
            self.assertLessEqual(found, known, name)
            missing = {key for key in known - found if "[]." not in key and not key.endswith("_base64")}
            self.assertEqual(missing, set(), name)

    def test_completion_knows_bash(self):
        script = """
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aitia; printf '%s\\n' "${COMPREPLY[@]}"
        """

        def complete(*words):
            done = subprocess.run(["bash", "-c", script, "bash", os.path.join(ROOT, "docs/completion/aitia.bash"),
                                   *words], capture_output=True, text=True, env=self.env, timeout=LIMIT_S)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return done.stdout.split()
        self.assertEqual(complete("aitia", "ex"), ["export", "export-findings", "exposure"])
        self.assertIn("create", complete("aitia", "incident", ""))
        self.assertEqual(complete("aitia", "list", "--sort", "=", "ne"), ["newest"])
        self.assertEqual(complete("aitia", "export", "--site", "hu"), ["hugo"])
        self.assertEqual(complete("aitia", "--store", "x.db", "und"), ["undo"])
        self.assertIn("--where", complete("aitia", "incident", "add", "--"))
