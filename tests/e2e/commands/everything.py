"""aitia import of all test data at once, twice; counts that were made without the program; other names, other ways in."""
import csv
import glob
import gzip
import json
import os
import re
import shutil

from .harness import Case, DATA

NOTHING = (0, 0)


def rows_of_csv(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return sum(1 for row in csv.reader(file) if row) - 1


def lines_of(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return sum(1 for line in file if line.strip())


def hunks_of(path):
    with open(path, "rb") as file:
        return sum(1 for line in file if re.match(rb"@@ -\d", line))


class Everything(Case):
    def import_all(self):
        done = self.run_raw("import", "--json", "--name-rejects=0", DATA)
        self.assertIn(done.returncode, (0, 1, 3), done.stderr[-2000:])
        answers = {}
        for line in done.stdout.splitlines():
            answer = json.loads(line)
            path = os.path.relpath(answer["file"], DATA)
            self.assertNotIn(path, answers)
            answers[path] = answer
            if answer.get("error"):
                self.assertRegex(answer["error"], r"\w{3}.* \w{2}", path)
                continue
            self.assertEqual(answer["records"], sum(answer[key] for key in ("imported", "updated", "duplicates", "rejected")), path)
        return answers

    def test_twice(self):
        first, count = self.import_all(), self.count()
        self.assertEqual(sum(answer["imported"] or 0 for answer in first.values()), count)
        for path, answer in self.import_all().items():
            self.assertEqual((answer["imported"] or 0, answer["updated"] or 0), NOTHING, path)
            self.assertEqual((answer["records"], answer["rejected"], answer["format"]),
                             tuple(first[path][key] for key in ("records", "rejected", "format")), path)
        self.assertEqual(self.count(), count)
        self.run_ok("check")
        self.assert_known_answers(first)

    def assert_known_answers(self, answers):
        """What data/README.md counts, and the counts of Python's csv and of lines, of whatever was taken as such a file."""
        count_of = {"csv": rows_of_csv, "jsonl": lines_of, "diff": hunks_of}
        looked_at = dict.fromkeys(count_of, 0)
        for path, answer in answers.items():
            if answer["format"] in count_of and not answer.get("error"):
                looked_at[answer["format"]] += 1
                expected = count_of[answer["format"]](os.path.join(DATA, path))
                if not path.startswith("llm/typpo_promptfoo"):  # rows of several outputs each
                    self.assertEqual(answer["records"], expected, path)
        self.assertEqual(looked_at, {"csv": 10, "jsonl": 15, "diff": 24})
        with open(os.path.join(DATA, "sarif", "EXPECTED.json"), encoding="utf-8") as file:
            expected = json.load(file)
        logs = {path: answer for path, answer in answers.items() if answer["format"] == "sarif"}
        for path, answer in logs.items():
            self.assertGreaterEqual(answer["records"], sum(run["results"] or 0 for run in expected[path]["runs"]), path)
        self.assertGreater(len(logs), 340)
        runs = [path for path in answers if path.endswith(".traj")]
        self.assertEqual(len(runs), 4)
        for path in runs:  # a record per step, and one for the patch
            with open(os.path.join(DATA, path), encoding="utf-8") as file:
                run = json.load(file)
            self.assertEqual(answers[path]["records"], len(run["trajectory"]) + bool(run["info"].get("submission")), path)


class OtherWays(Case):
    """The same bytes under another name, in another folder, packed or as standard input are the same samples."""

    FILES = {
        "sarif": "sarif/microsoft_sarif-tutorials/Baseline.sarif",
        "inspect": "llm/UKGovernmentBEIS_inspect_ai/log/test_eval_log/log_read_sample.json",
        "eval": "llm/UKGovernmentBEIS_inspect_ai/log/test_eval_log/log_read_sample.eval",
        "promptfoo": "llm/typpo_promptfoo/simple-test/output.json",
        "jsonl": "llm/noahshinn_reflexion/reflexion_humaneval_rs_hard50/humaneval-rs._reflexion_5_gpt-4_pass_at_k_1_rs.jsonl",
        "json": "llm/paul-gauthier_aider-swe-bench/multi-models--gpt-4o--openrouter-anthropic-claude-3-opus/astropy__astropy-7746.json",
        "generations": "llm/bigcode-project_bigcode-evaluation-harness/mbpp_gen_gens.json",
        "diff": "diff/matiasb_python-unidiff/git.diff",
        "csv": "csv/DefectDojo_django-DefectDojo/kiuwan/kiuwan_many_vuln.csv",
        "claude-code": "llm/daaain_claude-code-log/representative_messages.jsonl",
    }

    def test_names_and_ways(self):
        for format_, path in self.FILES.items():
            path = os.path.join(DATA, path)
            self.assertGreater(self.run_json("import", path)[0]["imported"], 0, format_)
            count, content = self.count(), self.read(path)
            other = self.write("fuzz-py.java", content)
            packed = self.write("x.gz", gzip.compress(content))
            for words, stdin in (([other], b""), ([packed], b""), (["-"], content)):
                answer = self.run_json("import", *words, stdin=stdin)[0]
                self.assertEqual((answer["imported"], answer["updated"]), NOTHING, f"{format_} as {words}")
            self.assertEqual(self.count(), count, format_)

    def test_no_path_of_ours_in_a_sample(self):
        """Nor the name of the folder that the file lies in."""
        folder = self.path("folder-unheard-of")
        os.mkdir(folder)
        for number, path in enumerate([*self.FILES.values(), *self.trajectories()]):
            shutil.copy(os.path.join(DATA, path), os.path.join(folder, f"{number}-{os.path.basename(path)}"))
        self.run_raw("import", folder)
        for row in range(1, self.count() + 1, 7):
            self.assertNotIn("unheard-of", self.run_ok("show", str(row), "--json"))

    @staticmethod
    def trajectories():
        return [os.path.relpath(path, DATA) for path in glob.glob(os.path.join(DATA, "llm", "SWE-agent_SWE-agent", "**", "*.traj"),
                                                                  recursive=True)]


class Foreign(Case):
    """What is whole and of somebody else is passed over in a folder, and refused in words where it is named."""

    FILES = {
        "package.json": '{"name": "p", "version": "1.0.0", "description": "d", "scripts": {"test": "x"}, "dependencies": {"a": "1"}}',
        "tsconfig.json": '{"compilerOptions": {"target": "es2020", "strict": true}, "include": ["src"]}',
        "package-lock.json": '{"name": "p", "lockfileVersion": 3, "packages": {"": {"name": "p"}, "node_modules/a": {"version": "1.0.0"}}}',
        "notebook.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": ["x = 1\n"], "outputs": [], "metadata": {},
                                                 "execution_count": 1}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1),
        "coverage.json": '{"meta": {"version": "7.0"}, "files": {"a.py": {"executed_lines": [1]}}, "totals": {"covered_lines": 1}}',
        "renovate.json": '{"extends": ["config:base"]}',
        "numbers.json": "[1, 2, 3]",
        "geo.json": '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, "properties": {"a": 1}}]}',
        "openapi.json": '{"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}}',
        "schema.json": '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"a": {"type": "string"}}}',
        "metrics.json": '{"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "m", "gauge": {"dataPoints": []}}]}]}]}',
        "logs.json": '{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "started"}}]}]}]}',
        "spans.json": '{"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "GET /", "spanId": "1", "traceId": "2"}]}]}]}',
        "report.json": '{"resolved_ids": ["a"], "unresolved_ids": ["b"]}',
        "events.jsonl": '{"event": "start", "time": 1}\n{"event": "stop", "time": 2}\n',
        "prices.csv": "date,price\n2024-01-01,3\n2024-01-02,4\n",
        "people.csv": "name;age\nA;3\nB;4\n",
        "MANIFEST.tsv": "path\tbytes\tsha256\na\t1\tff\nb\t2\tee\n",
        "README.md": "# A project\n\nTo fix it, say:\n\n```diff\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n```\n\nThat is all.\n",
        "CHANGELOG.md": "# 1.0: 2024\n\n- fixed: a warning\n",
        "main.c": "int main(void)\n{\n\treturn 0;\n}\n",
        "Makefile": "all:\n\tcc -o a a.c\n",
        "server.log": "2024-01-01 12:00:00 INFO: started\n2024-01-01 12:00:01 WARNING: slow\n",
        "compose.yml": "services:\n  a:\n    image: b\n",
        "data.xml": "<?xml version='1.0'?><a/>",
        "empty.txt": "",
        "binary.bin": "\0\1\2\3",
        "archive.zip": b"PK\x05\x06" + b"\0" * 18,
    }

    def test_passed_over(self):
        folder = self.path("foreign")
        os.mkdir(folder)
        for name, content in self.FILES.items():
            self.write(os.path.join("foreign", name), content)
        for name in self.FILES:
            with self.subTest(name):
                done = self.run_raw("import", os.path.join(folder, name))
                self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
                self.assertRegex(done.stderr.decode(), r"aitia: .*\w{4} \w", name)
        self.write("foreign/rows.jsonl", '{"id": "a", "code": "x"}\n')
        done = self.run_raw("import", "--verbose", folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{len(self.FILES)} files".encode(), done.stderr)
        self.assertEqual(self.count(), 1)
