"""aitia import of what agents leave behind: sessions, trajectories, traces."""
import json
import os

from .harness import Case, DATA, files_in

SESSIONS = os.path.join(DATA, "llm", "daaain_claude-code-log")
TRAJECTORIES = os.path.join(DATA, "llm", "SWE-agent_SWE-agent")
EDITS = {"Edit", "MultiEdit", "Write", "NotebookEdit"}


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def blocks_of(row):
    message = row.get("message") if isinstance(row, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


class Transcripts(Case):
    def test_sessions(self):
        for path in files_in(SESSIONS, ".jsonl"):
            rows = rows_of(path)
            said, edits, failed = set(), 0, set()
            errors = {block.get("tool_use_id") for row in rows for block in blocks_of(row) if block.get("is_error")}
            for row in rows:
                if not isinstance(row, dict) or row.get("type") != "assistant":
                    continue
                for block in blocks_of(row):
                    if block["type"] == "text":
                        said.add(row["message"]["id"])
                    elif block["type"] == "tool_use" and block["name"] in EDITS:
                        edits += 1
                    elif block["type"] == "tool_use" and block["id"] in errors:
                        failed.add(row["message"]["id"])
            strange = sum(1 for row in rows if not isinstance(row, dict) or "type" not in row)
            answer = self.run_json("import", path, code=1 if strange else 0)[0]
            self.assertEqual((answer["format"], answer["imported"], answer["rejected"]),
                             ("claude-code", len(said | failed) + edits, strange), path)

    def test_trajectories(self):
        steps = 0
        for path in files_in(TRAJECTORIES, ".traj"):
            with open(path, encoding="utf-8") as file:
                entries = len(json.load(file)["trajectory"])
            answer = self.run_json("import", path)[0]
            self.assertEqual((answer["format"], answer["imported"]), ("swe-agent", entries + 1), path)
            steps += entries
        self.assertEqual(steps, 35)
        self.assertEqual(self.count("source:linter", "level:error"), 3)
        self.assertEqual(self.count("session:pydicom__pydicom-1458"), 13)

    def test_spans_on_lines_and_standard_input(self):
        def attribute(key, text):
            return {"key": key, "value": {"stringValue": text}}

        def request(number):
            return {"resourceSpans": [{"scopeSpans": [{"spans": [
                {"spanId": f"s{number}", "startTimeUnixNano": str(1767225600000000000 + number), "attributes": [
                    attribute("gen_ai.operation.name", "chat"), attribute("gen_ai.response.model", "m-1"),
                    attribute("gen_ai.completion", f"answer {number}")]},
                {"spanId": "x", "attributes": [attribute("http.method", "GET")]}]}]}]}

        lines = "".join(json.dumps(request(number)) + "\n" for number in range(20))
        answer = self.run_json("import", "-", stdin=lines.encode())[0]
        self.assertEqual((answer["format"], answer["imported"]), ("otlp", 20))
        self.assertEqual(self.count("model:m-1"), 20)
        again = self.run_json("import", self.write("spans.json", "[" + ",\n".join(lines.splitlines()) + "]"))[0]
        self.assertEqual((again["imported"], again["duplicates"]), (0, 20))

    def test_twice_changes_nothing(self):
        files = files_in(SESSIONS, ".jsonl") + files_in(TRAJECTORIES, ".traj")
        self.run_json("import", *files, code=1)
        before = self.run_ok("list", "--json", "--sort=id")
        for answer in self.run_json("import", *files, code=1):
            self.assertEqual((answer["imported"], answer["updated"]), (0, 0), answer["file"])
        self.assertEqual(self.run_ok("list", "--json", "--sort=id"), before)
