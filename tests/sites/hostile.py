"""Records that try to get out of a page: what they hold is the truth that built sites are compared with.

Deterministic. Texts with characters that Aitia shows as marks (controls, bidi, zero width) are left to
the unit tests, so that here what went in is what must come out.
"""
import glob
import json
import os
import random
import re
import unicodedata

import syntax

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "data")
CANARY = "CANARY-7f3a-of-the-building-machine"

# What a browser would run: each leaves one of the traces that browser.py looks for.
DEED = "window.pwned=191;document.title='pwned';fetch('/canary-hit')"
CANARIES = [
    f"<script>{DEED}</script>", f"</script><script>{DEED}</script>", f"</code></pre><script>{DEED}</script>", f"</textarea></title><script>{DEED}</script>",
    f"<img src=x onerror=\"{DEED}\">", f"\"><svg onload=\"{DEED}\">", f"<details open ontoggle=\"{DEED}\">x</details>",
    f"<input autofocus onfocus=\"{DEED}\">", f"<iframe srcdoc=\"<script>parent.{DEED}</script>\"></iframe>", "<img src=/canary-hit>",
    "<img src=//canary.invalid/x>", "<link rel=stylesheet href=//canary.invalid/x>", "<style>@import '/canary-hit';</style>",
    "<meta http-equiv=refresh content='0;url=/canary-hit'>", "<base href=//canary.invalid/>", "<object data=/canary-hit></object>",
    "<p style='background:url(/canary-hit)'>x</p>", "![x](/canary-hit)", "![x](http://canary.invalid/x.png)", "![x][c]\n\n[c]: //canary.invalid/x",
    f"{{{{constructor.constructor(\"{DEED}\")()}}}}", f"{{{{_c.constructor(\"{DEED}\")()}}}}", f"<component is=script>{DEED}</component>",
    f"<p v-html=\"'<img src=x onerror=window.pwned=1>'\">x</p>", f"<p :title=\"{DEED.split(';', maxsplit=1)[0]}\">x</p>", "<script setup>\nwindow.pwned=191\n</script>",
    f"{{(() => {{{DEED}}})()}}", f"export const x = (() => {{{DEED}}})()", "<dialog open>x</dialog><script>alert(191)</script>",
    f"```js eval\n{DEED}\n```", f"[x](javascript:{DEED.split(';', maxsplit=1)[0]})", "[x](data:text/html,<script>opener.pwned=1</script>)",
]

# One for each way that a site generator has to read a file or to run a program.
READS = [
    '--8<-- "canary.txt"', '-8<- "canary.txt"', "--8<--\ncanary.txt\n--8<--", "<!--@include: ./canary.txt-->",
    "<!-- @include: ../canary.txt -->", "<<< ./canary.txt", "<<< @/canary.txt{1,2}", "{% include canary.txt %}",
    "{% include_relative canary.txt %}", "{%- include canary.txt -%}", '{{< readfile "canary.txt" >}}', '{{% include "canary.txt" %}}',
    '{{ readFile "canary.txt" }}', '{{< highlight go >}}x{{< /highlight >}}', "{{#include canary.txt}}", "{{#playground canary.txt}}",
    "{!canary.txt!}", "{{ 7*191 }}", "{{ config }}", "${7*191}", "#{7*191}", "<%= 7*191 %>", "{7*191}", "import x from './canary.txt?raw'",
    "export const x = 191", "<Content />", "<script>alert(191)</script>", "<img src=x onerror=alert(191)>", "<?php echo 7*191; ?>",
    "{{constructor.constructor('alert(191)')()}}", "<svg/onload=alert(191)>", "[x](javascript:alert(191))", "{% raw %}{{ 7*191 }}{% endraw %}",
    "{% endraw %}{{ 7*191 }}", "{%comment%}x{%endcomment%}", "{% if %}", "{% block x %}", "{# x #}", "{::options parse_block_html=\"true\" /}",
    "{::nomarkdown}<b>x</b>{:/}", "{: .x onclick=\"alert(191)\"}", "{#id}", "<style>*{display:none}</style>", "<!--more-->", "<!-- x",
    "-->", "]]>", "{{</* x */>}}", "{{< x", "{{% x", "{{{{< {{%%", "// highlight-next-line", "# highlight-start", "a // [!code --]",
    "b // [!code highlight:2]", "// src/x.js", "# src/x.py", ":::danger\nx\n:::", "::: v-pre\nx\n:::", "!!! note \"x\"\n    y", "??? x",
    "=== \"x\"", "/// note\n///", "> [!NOTE]\n> x", "[TOC]", "[[toc]]", "*[HTML]: x", "[^1]: x", "$$x$$", "\\(x\\)", "(c) (tm) 1/2 1st c/o +/- -->",
    ":smile: :+1:", "\"quoted\" 'single' -- --- ...", "``x''", "<<x>>", "==x== ^x^ ~x~ ~~x~~ ++x++ {++x++} {--x--} {~~a~>b~~}",
    "```\n```", "~~~\n~~~", "---\ntitle: x\n---", "+++\nx\n+++", "|a|b|\n|-|-|\n|c|d|", "a | b", "\\|", "&amp; &#60; &lt;", "`x`", "``", "x`",
    "http://example.org/?a=1&b=2", "www.example.org", "a@example.org", "#123 @user GH-1", "1. x", "12) x", "- x", "+ x", "* x", "    x", "---",
    "___", "***", "===", "# x", "x #", "> x", "\\", "\\\\", "x\\", "![x](y)", "[x][y]", "[x]: http://y", "<b>x</b>", "%3Cb%3E", "\"", "'",
    "{", "}", "{{", "}}", "{%", "%}", "<", ">", "&", "|", "_x_", "__init__", "snake_case_name", "a*b*c", "Agent: \"x\"", "yes", "null", "2024",
    *CANARIES, "~", "!x", "%x", "@x", "0x10", "1e3", "- a: b", "? x", "| x", "> x", "'", ":-)", "$x", "x: y", "x #y", "[a, b]", "{a: b}", "=x", "+x", *syntax.TEXTS,
]

OWN_CODES = len(READS) - len(syntax.TEXTS)

# Characters that draw nothing (Unicode's Default_Ignorable_Code_Point) among letters and marks.
IGNORABLE = set("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\ufffc") | {chr(c) for c in range(0xfe00, 0xfe10)}


def shown_as_it_is(text):
    return all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or c == "\n" for c in text) and \
        not IGNORABLE.intersection(text)


def as_markdown(text):
    """Markdown that shows that text and no other."""
    return "".join(f"&#{ord(c)};" if ord(c) < 128 and not c.isalnum() and c != " " else c for c in text)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def one_line(text):
    return " ".join(text.split())


def naughty():
    with open(os.path.join(DATA, "hostile", "minimaxir_big-list-of-naughty-strings", "blns.json"), encoding="utf-8") as file:
        return [text for text in json.load(file) if shown_as_it_is(text) and one_line(text)]


def fences():
    for mark in "`~:":
        for count in range(1, 13):
            yield f"{mark * count}python\nx = 1\n{mark * count}\n"
            yield f"x\n  {mark * count}\ny\n"


def mixed(count, seed):
    """Several of all, in one piece of code, with tabs, blank lines and blanks at all ends."""
    chance = random.Random(seed)
    pieces = READS + list(fences())
    for _ in range(count):
        lines = []
        for _ in range(chance.randrange(1, 9)):
            piece = chance.choice(pieces)
            lines.append(chance.choice(["", "", "\t", "  ", "    ", "\t\t"]) + piece + chance.choice(["", "", " ", "\t"]))
            if chance.random() < 0.3:
                lines.append(chance.choice(["", "  ", "\t", "\n"]))
        yield "\n".join(lines) + "\n"


def codes(seed):
    # Texts of one line are tried as texts; as code, every fourth, since each ten codes are a page more.
    alone = [text + "\n" for text in READS[:OWN_CODES] + READS[OWN_CODES::4]] + list(fences()) + syntax.CODES_RAW + syntax.CODES + naughty()[::4]
    tails = ["\nx\n", "\n\nx\n", "x\n\n", "x\n\n\n", "  x\n", "\tx\n", "x  \n", "x\n  \ny\n", "x\n\t\ny\n", "x\n\n\ny", "x", "#include <x>\n# y\n"]
    return alone + tails + list(mixed(100, seed))


def languages():
    return ["python", "go", "rust", "diff", "javascript", "html", "vue", "yaml", "mermaid", "goat", "js-vue", "js {1,3} title=x",
            "markdown", "shell", "", "text", "ansi", "math", "c", "x\"><script>alert(191)</script>", "jsx live", "dockerfile", "haskell", "perl",
            "clojure", "tex", "ruby", "toml", "sql", "lua", "elixir", "r", "zig", "swift", "make", "csharp", "php"]


class Records:
    """`pages`: for each incident its key, title, the codes it shows, the texts that must stand in cells, and what people
    wrote as a note, struck through and as a task."""

    def __init__(self, only=(), seed=None):
        """`only`: numbers of incidents, where not all are wanted. `seed`: what stands where is a matter of chance."""
        every_code = codes(seed or 191)
        texts = [one_line(text) for text in READS] + [one_line(text) for text in naughty() if len(text) < 500]
        if seed:
            random.Random(seed).shuffle(every_code)
            random.Random(seed).shuffle(texts)
        documents = [read(path) for path in sorted(glob.glob(os.path.join(DATA, "markdown", "**", "*.md"), recursive=True))]
        kinds = languages()
        self.samples, self.incidents, self.pages = [], [], []
        for number, start in enumerate(range(0, len(every_code), 10), 1):
            key, shown, samples = f"INC-2026-{number:04d}", every_code[start:start + 10], []
            for i in range(0, len(shown), 2):
                text = texts[(start + i) % len(texts)]
                row = {"id": f"{key}-{i}", "session": key, "code": shown[i], "level": "error", "message": text, "tool": texts[(start + i + 1) % len(texts)],
                       "path": one_line(texts[(start + i + 2) % len(texts)]), "language": kinds[(start + i) % len(kinds)]}
                if i == 0 and number % 6 == 0:  # each model has a list of its own
                    row["model"] = texts[(start + 3) % len(texts)][:100]
                if i + 1 < len(shown):
                    row["expected"] = shown[i + 1]
                samples.append(row)
            note, struck, task = (one_line(texts[(start + i) % len(texts)]) for i in (21, 22, 23))
            cells = [texts[(start * 3 + i) % len(texts)] for i in range(30)]
            title = texts[(start + 7) % len(texts)][:200]
            written = [syntax.MARKDOWN[(number * 9 + i) % len(syntax.MARKDOWN)] for i in range(9)]
            if only and number not in only:
                continue
            self.samples += samples
            self.incidents.append({
                "key": key, "title": title, "status": "investigating", "severity": "Q2", "severity_rationale": cells[0],
                "sections": {"summary": texts[(start + 11) % len(texts)], "background": documents[number % len(documents)],
                             "lessons": f"A claim[^n] and ~~x {as_markdown(struck)} x~~.\n\n- [ ] x {as_markdown(task)}\n- [x] done\n\n"
                                        f"[^n]: x {as_markdown(note)} x",
                             **dict(zip(("affected", "detection", "response", "resolution", "residual_risk", "method", "sources"), written)),
                             "impact": "\n\n".join(texts[(start + i) % len(texts)] for i in range(12, 20))},
                "causes": [{"number": 1, "code": "infrastructure/cache", "statement": shown[0], "role": "trigger", "confidence": "likely"},
                           {"number": 2, "code": "infrastructure/cache", "statement": written[7]}],
                "events": [{"number": i, "at": f"2026-03-{1 + i % 28:02d}", "kind": "observation", "text": "An entry.", "cohort": cells[i],
                            **({"kind": "milestone", "milestone": "first_impact"} if i < 4 else {})} for i in range(1, 20)],
                "actions": [{"number": i, "type": "fix", "text": "Do.", "owner": cells[19 + i], "criterion": cells[29]} for i in range(1, 10)],
                # Every other part of the record, with such texts in every field: what they must not do is the same.
                "cohorts": [{"number": 1, "name": cells[20] + " one", "plan": cells[21], "condition": cells[22], "introduced_in": cells[23]}],
                "impacts": [{"number": 1, "measure": cells[24], "unit": cells[25][:20], "method": cells[26], "text": shown[0]}],
                "hypotheses": [{"number": 1, "text": cells[27], "reason": shown[-1]}, {"number": 2, "text": written[8]}],
                "changes": [{"number": 1, "at": "2026-03-02", "reverted_at": "2026-03-20", "text": shown[0], "version": cells[28], "before": cells[1], "after": cells[2]}],
                "safeguards": [{"number": 1, "name": cells[3], "why": shown[0]}],
                "advisories": [{"number": 1, "status": "affected", "product": cells[4], "introduced_in": cells[5], "fixed_in": cells[6], "symptoms": shown[0],
                                "self_check": cells[7], "workaround": cells[8], "link": cells[9]}],
                "sources": [{"number": 1, "name": cells[10][:40], "title": cells[11], "link": cells[12], "text": shown[0]}],
                "members": [{"query": f"session:{key}", "role": "core"}],
            })
            # Pictures of elsewhere that people wrote into Markdown are shown from there.
            markdown = [*self.incidents[-1]["sections"].values(), *written, shown[0], shown[-1], *(cells[i] for i in (0, 7, 8, 26, 27))]
            pictures = {picture for text in markdown for picture in re.findall(r"!\[[^\]]*\]\((https?://[^)\s]+)", text)}
            self.pages.append({"key": key, "title": title, "codes": shown, "cells": cells, "pictures": pictures,
                               "note": f"x {note} x", "struck": f"x {struck} x", "task": f"x {task}"})
