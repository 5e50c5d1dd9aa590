"""aitia import of what no producer means to write, for every format: depth, length, number, cycles.

Each ends within 64 MiB of resident memory, by a documented status, with a sentence, and the store is
whole. Strings and lists of 100 MB are in packed.py.
"""
import io
import json
import os
import struct
import zipfile

from .harness import Case

MIB = 1 << 20
SLOW = bool(os.environ.get("AITIA_SLOW"))

# A record of each JSON format, as what stands before, the record with a value put in, and after.
JSON_FORMATS = {
    "sarif": (b'{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[',
              b'{"message":{"text":"m"},"x":%s}', b"]}]}"),
    "inspect": (b'{"version":2,"status":"success","eval":{"task":"t","dataset":{},"model":"m","config":{}},"samples":[',
                b'{"id":1,"epoch":1,"input":"i","target":"t","messages":[],"output":{"completion":"c"},"metadata":%s}', b"]}"),
    "promptfoo": (b'{"results":{"version":3,"timestamp":"","results":[',
                  b'{"prompt":{"raw":"p"},"response":{"output":"o"},"success":true,"vars":%s}', b"]}}"),
    "jsonl": (b"", b'{"id":"a","code":"c","x":%s}\n', b""),
    "json": (b"[", b'{"id":"a","code":"c","x":%s}', b"]"),
    "claude-code": (b"", b'{"type":"assistant","uuid":"u","sessionId":"s","message":{"role":"assistant",'
                    b'"content":[{"type":"text","text":"t"}]},"x":%s}\n', b""),
    "swe-agent": (b'{"trajectory":[', b'{"action":"ls","observation":"o","response":"r","thought":"t","x":%s}',
                  b'],"history":[],"info":{}}'),
    "otlp": (b'{"resourceSpans":[{"scopeSpans":[{"spans":[',
             b'{"name":"chat","spanId":"1","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},'
             b'{"key":"gen_ai.completion","value":{"stringValue":"c"}}],"x":%s}', b"]}]}]}"),
}

VALUES = {
    "deep arrays": b"[" * 100000 + b"]" * 100000,
    "deep objects": b'{"a":' * 100000 + b"1" + b"}" * 100000,
    "a huge number": b"1" * MIB,
    "an exponent": b"1e999999999",
    "a lone surrogate": b'"\\ud800 \\udc00 \\ud800"',
    "a NUL": b'"a\\u0000b"',
    "a raw NUL": b'"a\x00b"',
    "invalid UTF-8": b'"\xff\xc0\x80\xed\xa0\x80"',
    "many keys": b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(300000)) + b"}",
    "too many keys": b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(1000000)) + b"}",
    "one key, often": b"{" + b",".join([b'"k":1'] * 400000) + b"}",
    "many elements": b"[" + b"0," * 400000 + b"0]",
    "many empty objects": b"[" + b"{}," * 400000 + b"{}]",
    "a long key": b'{"' + b"k" * MIB + b'":1}',
    "open arrays": b"[" * 1000000,
}


class Bombs(Case):
    def assert_bounded(self, what, path, *options):
        said = self.run_bounded(path, (0, 1, 3), "", *options)
        self.assertRegex(said, r"\w{3}", what)
        self.assert_inert(said, what)
        return said

    def test_values_in_records(self):
        """One after the other in one file: each is taken or rejected, and those between them are taken."""
        for name, (before, record, after) in JSON_FORMATS.items():
            between = b"" if record.endswith(b"\n") else b",\n"
            with self.subTest(name):
                path = self.path("bomb")
                with open(path, "wb") as file:
                    file.write(before + record % b"1")
                    for value in VALUES.values():
                        file.write(between + record.replace(b"%s", value))
                    file.write(between + record % b"2" + after)
                self.assert_bounded(name, path, "--format", name)
        self.run_ok("check")

    def test_values_around_records(self):
        """In the place of the whole, the list of records, a record."""
        for name, (before, record, after) in JSON_FORMATS.items():
            for what in VALUES if SLOW else ("open arrays", "too many keys"):
                value = VALUES[what]
                for where, content in (("whole", value), ("list", before.rstrip(b"[") + value + after.lstrip(b"]")),
                                       ("record", before + value + after)):
                    with self.subTest(f"{name}: {what} as the {where}"):
                        self.assert_bounded(what, self.write("bomb", content), "--format", name)
        self.run_ok("check")

    def test_endless_records(self):
        for name, (before, record, after) in JSON_FORMATS.items():
            between = b"" if record.endswith(b"\n") else b","
            with self.subTest(name):
                path = self.big("bomb", (before, 1), (record % b"1" + between, 100000))
                self.assert_bounded(name, path, "--format", name)
        self.run_ok("check")


class Tables(Case):
    def test_wide_table(self):
        path = self.big("wide.csv", (b"code", 1), (b",c", 1000000), (b"\n1", 1), (b",2", 1000000), (b"\n", 1))
        self.run_bounded(path, (0, 1, 3), "", "--format=csv")

    def test_row_of_many_cells(self):
        path = self.big("row.csv", (b"id,code\n1,x\n2", 1), (b",2", 1000000), (b"\n3,y\n", 1))
        self.run_bounded(path, (0, 1, 3), "", "--format=csv")

    def test_cell_that_never_ends(self):
        path = self.big("cell.csv", (b'id,code\n1,x\n2,"', 1), (b"a\n" * (MIB // 2), 100))
        self.run_bounded(path, 1, "", "--format=csv")

    def test_rows_without_end(self):
        path = self.big("rows.csv", (b"id,code\n", 1), (b"1,x\n", 200000))
        self.run_bounded(path, (0, 1), "200000", "--format=csv")


class Diffs(Case):
    HEAD = b"--- a/f\n+++ b/f\n"
    HUNK = b"@@ -1 +1 @@\n-a\n+b\n"

    def test_many_hunks(self):
        path = self.big("hunks.diff", (self.HEAD, 1), (self.HUNK, 200000))
        self.run_bounded(path, 0, "200000")
        self.run_bounded(path, (0, 1), "", "--per=file")

    def test_many_files(self):
        path = self.big("files.diff", (self.HEAD + self.HUNK, 100000))
        self.run_bounded(path, 0, "100000")

    def test_hunk_that_never_ends(self):
        path = self.big("hunk.diff", (self.HEAD + b"@@ -1,9000000000000000000 +1,9000000000000000000 @@\n", 1), (b" a\n", 30 * MIB))
        self.run_bounded(path, (0, 1, 3), "")

    def test_line_that_never_ends(self):
        path = self.big("line.diff", (self.HEAD + b"@@ -1 +1 @@\n-a\n+", 1), (b"a" * MIB, 100))
        self.run_bounded(path, (0, 1, 3), "")

    def test_headers_without_hunks(self):
        path = self.big("heads.diff", (b"diff --git a/f b/f\nindex 1..2\n", 500000))
        self.run_bounded(path, (0, 1, 3), "", "--format=diff")


class Texts(Case):
    def test_many_findings(self):
        path = self.big("lint.txt", (b"a.c:1:2: warning: w [-Wx]\n", 200000))
        self.run_bounded(path, 0, "200000", "--format=lint")

    def test_context_that_never_ends(self):
        path = self.big("context.txt", (b"a.c:1:2: warning: w [-Wx]\n", 1), (b"    1 | int x;\n", 4 * MIB))
        self.run_bounded(path, (0, 1), "", "--format=lint")

    def test_line_that_never_ends(self):
        path = self.big("line.txt", (b"a.c:1:2: warning: w\na.c:1:2: warning: ", 1), (b"a" * MIB, 100))
        self.run_bounded(path, (0, 1), "", "--format=lint")

    def test_functions_around_without_end(self):
        path = self.big("nested.txt", (b"In file included from a.h:1,\n", 1), (b"                 from b.h:2,\n", 2 * MIB),
                        (b"a.c:1:2: warning: w\n", 1))
        self.run_bounded(path, (0, 1, 3), "", "--format=lint")


class Sarif(Case):
    def log(self, run):
        return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t"}}, **run}]}).encode()

    def test_cycles(self):
        """Parents and bases that lead back to themselves."""
        place = {"physicalLocation": {"artifactLocation": {"index": 0}}}
        result = {"message": {"text": "m"}, "locations": [place]}
        artifacts = [{"location": {"uri": "a.c"}, "parentIndex": 1}, {"location": {"uri": "b.zip"}, "parentIndex": 0}]
        path = self.write("parents.sarif", self.log({"artifacts": artifacts, "results": [result]}))
        self.run_bounded(path, 0, "1 imported")
        bases = {"A": {"uri": "a/", "uriBaseId": "B"}, "B": {"uri": "b/", "uriBaseId": "A"}, "C": {"uriBaseId": "C"}}
        results = [{"message": {"text": base}, "locations": [{"physicalLocation": {"artifactLocation": {
            "uri": "f.c", "uriBaseId": base}}}]} for base in "ABC"]
        path = self.write("bases.sarif", self.log({"originalUriBaseIds": bases, "results": results}))
        self.run_bounded(path, 0, "3 imported")
        chain = {f"B{n}": {"uri": "x/", "uriBaseId": f"B{n + 1}"} for n in range(100000)}
        results = [{"message": {"text": "m"}, "locations": [{"physicalLocation": {"artifactLocation": {
            "uri": "f.c", "uriBaseId": "B0"}}}]}] * 100
        path = self.write("chain.sarif", self.log({"originalUriBaseIds": chain, "results": results}))
        self.run_bounded(path, (0, 1), "")

    def test_external_file_that_is_the_log_itself(self):
        path = self.path("self.sarif")
        self.write("self.sarif", self.log({
            "externalPropertyFileReferences": {"results": [{"location": {"uri": "self.sarif"}}] * 100}}))
        self.run_bounded(path, (0, 1, 3), "")

    def test_many_rules_and_artifacts(self):
        for name in "rules", "artifacts", "logicalLocations":
            item = b'{"id":"r","location":{"uri":"a.c"},"name":"n"},'
            run = b'{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"%s}}%s,"results":[{"message":{"text":"m"}}]}]}'
            with self.subTest(name):
                before, after = run.split(b"%s", 1)[0], run.rsplit(b"%s", 1)[1]
                if name == "rules":
                    parts = (before + b',"rules":[', 1), (item, 500000), (b'{}]}}' + after, 1)
                else:
                    parts = (before + b'}},"%s":[' % name.encode(), 1), (item, 500000), (b"{}]" + after, 1)
                self.run_bounded(self.big("many.sarif", *parts), (0, 1, 3), "")


class Archives(Case):
    """.eval files that lie."""

    HEADER = {"version": 2, "status": "success", "eval": {"task": "t", "model": "m", "dataset": {}, "config": {}}}

    def archive(self, members, method=zipfile.ZIP_DEFLATED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as zip_file:
            zip_file.writestr("header.json", json.dumps(self.HEADER))
            for name, content in members:
                zip_file.writestr(name, content)
        return out.getvalue()

    def sample(self, number):
        return json.dumps({"id": number, "epoch": 1, "input": "i", "target": "t", "messages": [],
                           "output": {"completion": f"c{number}"}})

    def test_bomb(self):
        """300 MiB of one letter, written in pieces."""
        path = self.path("bomb.eval")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zip_file:
            zip_file.writestr("header.json", json.dumps(self.HEADER))
            with zip_file.open("samples/1_epoch_1.json", "w") as member:
                member.write(b'{"id":1,"epoch":1,"input":"')
                for _ in range(300):
                    member.write(b"a" * MIB)
                member.write(b'"}')
            zip_file.writestr("samples/2_epoch_1.json", self.sample(2))
        self.assertIn("1 imported", self.run_bounded(path, 1, ""))

    def test_many_members(self):
        path = self.write("many.eval", self.archive(
            [(f"samples/{number}_epoch_1.json", self.sample(number)) for number in range(5000)] +
            [(f"else/{number}", "x") for number in range(30000)], zipfile.ZIP_STORED))
        self.run_bounded(path, 0, "5000 imported")

    def test_size_that_lies(self):
        plain = self.archive([("samples/1_epoch_1.json", self.sample(1)), ("samples/2_epoch_1.json", self.sample(2))])
        central = plain.index(b"PK\x01\x02", plain.index(b"PK\x01\x02") + 4)
        for size in 0, 1, 0x7FFFFFFF, 0xFFFFFFFE:
            data = bytearray(plain)
            data[central + 24:central + 28] = struct.pack("<I", size)
            self.run_bounded(self.write("lies.eval", bytes(data)), (0, 1, 3), "")

    def test_overlapping_members(self):
        """As of Fifield's bombs: the names of many members lead to one piece of data."""
        plain = bytearray(self.archive([("samples/1_epoch_1.json", self.sample(1)), ("samples/2_epoch_1.json", self.sample(2))]))
        first = plain.index(b"PK\x01\x02", plain.index(b"PK\x01\x02") + 4)
        second = plain.index(b"PK\x01\x02", first + 4)
        plain[second + 42:second + 46] = plain[first + 42:first + 46]
        self.run_bounded(self.write("overlap.eval", bytes(plain)), (0, 1, 3), "")

    def test_names_that_lead_out(self):
        path = self.write("names.eval", self.archive(
            [("samples/../../../etc/x_epoch_1.json", self.sample(1)), ("/samples/2_epoch_1.json", self.sample(2)),
             ("samples/\x1b[2J_epoch_1.json", "broken"), ("samples/3_epoch_1.json", self.sample(3))]))
        said = self.run_bounded(path, (0, 1), "")
        self.assert_inert(said, "names")
        self.assertFalse(os.path.exists("/etc/x_epoch_1.json"))

    def test_encrypted_and_unknown_methods(self):
        plain = self.archive([("samples/1_epoch_1.json", self.sample(1))])
        central = plain.index(b"PK\x01\x02", plain.index(b"PK\x01\x02") + 4)
        for at, value in ((8, 1), (10, 99), (10, 14)):
            data = bytearray(plain)
            data[central + at:central + at + 2] = struct.pack("<H", value)
            said = self.run_bounded(self.write("method.eval", bytes(data)), (1, 3), "")
            self.assertRegex(said, "samples/1_epoch_1.json|encrypt|packed|cannot")

    def test_cut_anywhere(self):
        plain = self.archive([("samples/1_epoch_1.json", self.sample(1))])
        for len_bytes in range(0, len(plain), max(1, len(plain) // 40)):
            self.run_bounded(self.write("cut.eval", plain[:len_bytes]), 3, "aitia: ")
