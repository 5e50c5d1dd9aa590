#!/usr/bin/env python3
"""The samples of the demo: tools/demo/*.txt -> cli/demo/samples.jsonl.

    tools/demo_samples.py            writes the file
    tools/demo_samples.py --check    compares it, and the incident's document, with
                                     what they must be; exit status 1 if they differ

They are illustrative: written by hand to show the symptoms that the public sources
of the incident describe (cli/demo/april-2026.json), and output of no product. The
program varies names and numbers, places, dates, versions and plans. The same input
gives the same bytes: the only source of chance is a generator with a fixed seed, of
which nothing but random() is used, which is the same in every version of Python.

A snippet in tools/demo:
    === name
    key: value            kind, language, path, use, turn (A-B), prompt
    vars: a=x|y; b=1|2    @a@ stands for one of them, @A@ for the same in CamelCase
    flag: source level tool rule [score=N] LINES | message
    --- code              also before (what an edit found) and expected
LINES are the marks at ends of lines of the code: @A, @A-B, or - for none.
"""
import datetime
import difflib
import glob
import json
import os
import random
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "cli/demo/samples.jsonl")
DOCUMENT = os.path.join(ROOT, "cli/demo/april-2026.json")
SEED = 20260423
SIZE_MAX = 600_000
MARK = re.compile(r" ?\u00a7([A-Z])$")
WEIGHT = ["none", "note", "warning", "error"]


def at(text):
    return datetime.datetime.fromisoformat(text)


# Plain arithmetic on UTC: timestamp() would bring in the time zone of this machine.
EPOCH = at("1970-01-01T00:00")


def seconds_of(text):
    return (at(text) - EPOCH).total_seconds()


def moment_of(seconds):
    return EPOCH + datetime.timedelta(seconds=int(seconds))


# Releases whose time is known (UTC); those between are spread evenly, those before
# and after are made up.
RELEASES = [("2026-02-09T18:00", 37), ("2026-03-04T10:10", 68), ("2026-03-26T00:30", 84),
            ("2026-03-26T22:52", 85), ("2026-04-07T21:18", 94), ("2026-04-10T19:03", 101),
            ("2026-04-16T15:18", 111), ("2026-04-20T22:18", 116), ("2026-04-22T00:04", 117),
            ("2026-05-29T00:00", 151)]

# phase: (first, most, last moment; oldest and newest release). A phase is the newest
# change that was in force for the session; "unexposed": in the same weeks, none was.
PHASES = {
    "before": ("2026-02-10T08:00", "2026-02-26T12:00", "2026-03-04T09:00", 37, 67),
    "effort_medium": ("2026-03-04T11:00", "2026-03-30T12:00", "2026-04-15T20:00", 68, 110),
    "stale_session": ("2026-03-27T08:00", "2026-04-07T12:00", "2026-04-10T18:30", 85, 100),
    "brevity_prompt": ("2026-04-16T16:00", "2026-04-18T12:00", "2026-04-20T22:00", 111, 115),
    "after": ("2026-04-22T08:00", "2026-04-29T12:00", "2026-05-28T17:00", 117, 151),
    "unexposed": ("2026-03-06T08:00", "2026-04-02T12:00", "2026-04-15T20:00", 68, 110),
}

# (phase, use of the snippets, level or None for the snippet's own, how many)
PLAN = [
    ("before", "control", None, 15), ("before", "noise", None, 10), ("before", "noise-user", None, 4),
    ("before", "effort", "warning", 3),
    ("effort_medium", "effort", "error", 18), ("effort_medium", "effort", "warning", 14),
    ("effort_medium", "effort", "note", 6), ("effort_medium", "noise", None, 26),
    ("effort_medium", "hostile", None, 1),
    ("stale_session", "stale", "error", 17), ("stale_session", "stale", "warning", 12),
    ("stale_session", "stale", "note", 5), ("stale_session", "noise", None, 20),
    ("stale_session", "hostile", None, 1),
    ("brevity_prompt", "brevity", "error", 8), ("brevity_prompt", "brevity", "warning", 6),
    ("brevity_prompt", "brevity", "note", 2), ("brevity_prompt", "noise", None, 12),
    ("after", "noise", None, 16), ("after", "noise-user", None, 5), ("after", "control", None, 4),
    ("after", "effort", "warning", 4), ("after", "recur", "error", 3), ("after", "recur", "warning", 2),
    ("after", "hostile", None, 2),
    ("unexposed", "control", None, 5), ("unexposed", "noise", None, 12),
    ("unexposed", "noise-user", None, 4), ("unexposed", "effort", "warning", 3),
]

PROVIDERS = {"bedrock": "aws.bedrock", "vertex": "gcp.vertex_ai", "foundry": "azure.ai.inference"}


class Chance:
    def __init__(self):
        self.random = random.Random(SEED).random

    def pick(self, items):
        return items[int(self.random() * len(items))]

    def between(self, low, high):
        return low + int(self.random() * (high - low + 1))

    def shuffled(self, items):
        keyed = [(self.random(), i) for i in range(len(items))]
        return [items[i] for _, i in sorted(keyed)]

    def peaked(self, low, most, high):
        u, c = self.random(), (most - low) / (high - low)
        if u < c:
            return low + (u * (high - low) * (most - low)) ** 0.5
        return high - ((1 - u) * (high - low) * (high - most)) ** 0.5


# ---- snippets --------------------------------------------------------------------


def read_snippets():
    snippets = []
    for path in sorted(glob.glob(os.path.join(ROOT, "tools/demo/*.txt"))):
        with open(path, encoding="utf-8") as file:
            parts = re.split(r"^=== (.+)\n", file.read(), flags=re.M)
        for name, text in zip(parts[1::2], parts[2::2]):
            snippets.append(read_snippet(name, text))
    return snippets


def read_snippet(name, text):
    sections = re.split(r"^--- (code|before|expected)\n", text, flags=re.M)
    snippet = {"name": name, "flags": [], "vars": []}
    for line in sections[0].splitlines():
        key, value = line.split(": ", 1)
        if key == "flag":
            snippet["flags"].append(value)
        elif key == "vars":
            for item in value.split("; "):
                word, values = item.split("=", 1)
                snippet["vars"].append((word, values.split("|")))
        else:
            snippet[key] = value
    snippet.update(zip(sections[1::2], sections[2::2]))
    return snippet


def combinations(variables):
    result = [{}]
    for word, values in variables:
        result = [dict(old, **{word: value}) for old in result for value in values]
    return result


def fill(text, values):
    def one(match):
        word = match.group(1)
        if word in values:
            return values[word]
        lower = word[0].lower() + word[1:]
        if lower in values:
            return "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_ ]", values[lower]))
        return match.group(0)

    return re.sub(r"@(\w+)@", one, text)


def unmark(text):
    """The code without its marks, and the line of each."""
    lines, marks = [], {}
    for number, line in enumerate(text.splitlines(), 1):
        match = MARK.search(line)
        if match:
            marks[match.group(1)] = number
            line = line[:match.start()]
        lines.append(line)
    return "\n".join(lines) + "\n", marks


def read_flag(text, marks):
    head, message = text.split(" | ", 1)
    source, level, tool, *words = head.split(" ")
    flag = {"source": source, "level": level, "tool": tool}
    lines, score = words[-1], None
    words = words[:-1]
    if words and words[-1].startswith("score="):
        score = float(words.pop()[6:])
    flag["rule"] = " ".join(words)
    flag["message"] = message
    if lines != "-":
        ends = [marks[mark] for mark in lines[1:].split("-")]
        flag["line"], flag["end_line"] = ends[0], ends[-1]
        if ends[0] > ends[-1]:
            raise ValueError("marks in the wrong order: " + text)
    if score is not None:
        flag["score"] = score
    return flag


def render(snippet, values, level):
    code, marks = unmark(fill(snippet["code"], values))
    if snippet["use"] == "hostile":
        code = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m.group(1), 16)), code)
    flags = [read_flag(fill(flag, values), marks) for flag in snippet["flags"]]
    if level:
        flags[0]["level"] = level
        for flag in flags:
            flag["level"] = min(flag["level"], level, key=WEIGHT.index)
    sample = {"kind": snippet["kind"], "language": snippet["language"]}
    if "path" in snippet:
        sample["path"] = fill(snippet["path"], values)
    sample["prompt"] = fill(snippet["prompt"], values)
    sample["completion"] = code
    if "expected" in snippet:
        sample["expected"] = fill(snippet["expected"], values)
    if "before" in snippet:
        before = fill(snippet["before"], values)
        sample["diff"] = "".join(difflib.unified_diff(
            before.splitlines(True), code.splitlines(True), "a/" + sample["path"], "b/" + sample["path"]))
    sample["flags"] = flags
    return sample


# ---- how a sample came to be ------------------------------------------------------


def release_at(moment):
    for (start, first), (end, last) in zip(RELEASES, RELEASES[1:]):
        if at(start) <= moment < at(end):
            return first + int((last - first) * ((moment - at(start)) / (at(end) - at(start))))
    raise ValueError("no release at %s" % moment)


def moment_in(chance, phase, use):
    low, most, high = (seconds_of(text) for text in PHASES[phase][:3])
    if use == "recur":
        low, most, high = (seconds_of("2026-05-%dT09:00" % day) for day in (24, 25, 28))
    day = chance.peaked(low, most, high) // 86400 * 86400
    return moment_of(min(max(day + chance.peaked(6 * 3600, 13 * 3600, 22 * 3600), low), high))


def choose_plan(chance, phase, moment):
    if phase == "effort_medium" and moment >= at("2026-04-07T21:18"):
        return chance.pick(["pro", "max"])
    if phase == "unexposed" and moment >= at("2026-04-10T19:03"):
        return chance.pick(["team", "enterprise", "api_key"])
    return chance.pick(["pro", "pro", "pro", "max", "max", "max", "team", "team", "enterprise", "api_key",
                        "bedrock", "vertex", "foundry"])


def choose_model(chance, moment):
    if moment < at("2026-02-20T00:00"):
        return "claude-opus-4-6"
    if moment >= at("2026-04-16T15:18"):
        return chance.pick(["claude-opus-4-7", "claude-opus-4-7", "claude-opus-4-6", "claude-sonnet-4-6"])
    return chance.pick(["claude-opus-4-6", "claude-opus-4-6", "claude-sonnet-4-6"])


def default_effort(release, plan, model):
    if release < 68 or release > 116 or model == "claude-opus-4-7":
        return "high"
    return "medium" if release < 94 or plan in ("pro", "max") else "high"


def prompt_version(release):
    if 111 <= release <= 115:
        return "2026-04-16"
    return "2026-04-20" if release >= 116 else "2026-03-04" if release >= 68 else "2026-02-05"


def session(chance, phase, use):
    """A session and the place of the first sample in it."""
    moment = moment_in(chance, phase, use)
    plan = choose_plan(chance, phase, moment)
    model = choose_model(chance, moment)
    oldest, newest = PHASES[phase][3:]
    # People update when they come to it.
    release = max(oldest, min(newest, release_at(moment) - chance.pick([0, 0, 0, 1, 2])))
    if phase == "effort_medium" and plan not in ("pro", "max"):
        release = min(release, 93)
    effort, effort_source = default_effort(release, plan, model), "default"
    surface = chance.pick(["cli", "cli", "cli", "cli", "vscode", "vscode", "jetbrains", "desktop", "web"])
    if plan == "api_key":
        surface = chance.pick(["cli", "agent-sdk"])
    if phase == "unexposed" and effort == "medium":
        effort, effort_source = "high", "user"
        if plan in ("api_key", "bedrock", "vertex", "foundry"):
            surface = "messages-api"
    context = {
        "session_id": "s-%08x" % chance.between(0x10000000, 0x7fffffff), "moment": moment, "phase": phase,
        "model": model, "provider": PROVIDERS.get(plan, "anthropic"), "harness_version": "2.1.%d" % release,
        "prompt_version": prompt_version(release), "effort": effort, "effort_source": effort_source,
        "plan": plan, "platform": chance.pick(["macos", "macos", "linux", "linux", "windows", "wsl"]),
        "surface": surface,
    }
    if surface == "messages-api": # no harness between: what it would set is not known
        del context["harness_version"], context["prompt_version"]
    return context


def pause(chance, phase, use):
    """Longest pause of the session so far in seconds, and how the request met the cache."""
    if phase == "stale_session" or use == "recur":
        hit = use == "noise" and chance.random() < 0.2
        return chance.between(3700, 9000) if chance.random() < 0.6 else chance.between(9000, 58000), \
            "hit" if hit else "miss"
    idle = chance.between(4, 240) if chance.random() < 0.8 else chance.between(240, 2900)
    return idle, "hit" if idle < 300 else "miss"


def place(chance, phase, use, sample, snippet, recent):
    """Fills in the provenance. Some symptoms come from a session that showed one before."""
    old = recent.get(phase)
    if old and use not in ("noise", "control", "hostile", "noise-user") and chance.random() < 0.3:
        context = dict(old, moment=old["moment"] + datetime.timedelta(seconds=chance.between(90, 1500)))
        idle, cache, turn = old["idle_seconds"], old["cache"], old["turn"] + chance.between(1, 6)
    else:
        context = session(chance, phase, use)
        idle, cache = pause(chance, phase, use)
        low, high = (int(n) for n in snippet.get("turn", "1-24").split("-"))
        turn = chance.between(low, high)
    context.update(idle_seconds=idle, cache=cache, turn=turn)
    if use not in ("noise", "control", "hostile", "noise-user"):
        recent[phase] = context
    sample.update((key, value) for key, value in context.items() if key != "moment")
    sample["timestamp"] = context["moment"].strftime("%Y-%m-%dT%H:%M:%SZ")
    sample["illustrative"] = True


ORDER = ["id", "kind", "timestamp", "language", "path", "prompt", "completion", "expected", "diff", "flags",
         "session_id", "turn", "model", "provider", "harness_version", "prompt_version", "effort",
         "effort_source", "plan", "platform", "surface", "idle_seconds", "cache", "phase", "illustrative"]
REQUIRED = [key for key in ORDER if key not in ("path", "expected", "diff", "harness_version", "prompt_version")]


def new_values(snippet, left, bodies):
    """Takes out the next values that give code not seen so far; else the next."""
    for i, values in enumerate(left):
        if unmark(fill(snippet["code"], values))[0] not in bodies:
            return left.pop(i)
    return left.pop(0)


def make():
    chance = Chance()
    snippets = read_snippets()
    left = {s["name"]: chance.shuffled(combinations(s["vars"])) for s in snippets}
    decks, bodies = {}, set()
    samples = []
    recent = {}
    for phase, use, level, count in PLAN:
        for _ in range(count):
            deck = decks.setdefault(use, [])
            if not deck:
                deck.extend(chance.shuffled([s for s in snippets if use in s["use"].split()]))
            snippet = deck.pop()
            sample = render(snippet, new_values(snippet, left[snippet["name"]], bodies), level)
            bodies.add(sample["completion"])
            place(chance, phase, use, sample, snippet, recent)
            samples.append(sample)
    samples.sort(key=lambda sample: (sample["timestamp"], sample["session_id"], sample["turn"]))
    for number, sample in enumerate(samples, 1):
        sample["id"] = "demo-%04d" % number
    return [{key: sample[key] for key in ORDER if key in sample} for sample in samples]


def lines_of(samples):
    # Escaped: characters that hide or reorder text do not stand in our own files.
    return "".join(json.dumps(sample, ensure_ascii=True, separators=(",", ":")) + "\n" for sample in samples)


# ---- the check ---------------------------------------------------------------------

# Each date of the incident that the document must tell.
DATES = ["2026-02", "2026-03-04T10:10Z", "2026-03", "2026-03-26", "2026-04-02", "2026-04-07T21:18Z",
         "2026-04-10T19:03Z", "2026-04-16T15:18Z", "2026-04-20T22:18Z", "2026-04-22T00:04Z", "2026-04-23",
         "2026-05-25"]
MEMBERS = {"core": (40, 60), "likely": (15, 25), "control": (12, 18)}


def read_def(name, pattern):
    with open(os.path.join(ROOT, "core", name), encoding="utf-8") as file:
        return re.findall(pattern, file.read(), flags=re.M)


def vocabulary():
    lists = {}
    lists_of_prefix = {prefix: tag for tag, prefix in read_def("terms.def", r"^TERM_LIST\((\w+), (\w+)\)")}
    for prefix, word in read_def("terms.def", r'^TERM\((\w+), \w+, "([^"]+)"'):
        lists.setdefault(lists_of_prefix[prefix], set()).add(word)
    lists["code"] = {"%s/%s" % (category.lower(), word)
                     for category, word in read_def("codebook.def", r'^CAUSE\((\w+), "([^"]+)"')}
    lists["section"] = set(read_def("sections.def", r'^SECTION\([^"]*"([^"]+)"'))
    return lists


def matches(sample, query):
    """The few terms of the query language that the document uses."""
    heaviest = max((flag["level"] for flag in sample["flags"]), key=WEIGHT.index)
    for term in query.split():
        if term == "-is:incident":
            continue
        key, values = term.split(":", 1)
        have = {"level": [heaviest], "rule": [flag["rule"] for flag in sample["flags"]],
                "source": [flag["source"] for flag in sample["flags"]]}.get(key, [str(sample.get(key, ""))])
        if not any(h == v or (v.endswith("*") and h.startswith(v[:-1])) for v in values.split(",") for h in have):
            return False
    return True


def check_words(incident, faults):
    words = vocabulary()

    def known(value, list_name, where):
        if value is not None and value not in words[list_name]:
            faults.append("%s: '%s' is no %s" % (where, value, list_name))

    known(incident["status"], "incident_status", "status")
    known(incident["severity"], "severity", "severity")
    for key in incident["sections"]:
        known(key, "section", "sections")
    for cause in incident["causes"]:
        where = "cause %d" % cause["number"]
        known(cause["code"], "code", where)
        known(cause["role"], "cause_role", where)
        known(cause["confidence"], "confidence", where)
        known(cause["intent"], "intent", where)
    for event in incident["events"]:
        where = "event %d" % event["number"]
        known(event["certainty"], "event_certainty", where)
        known(event["kind"], "event_kind", where)
        known(event.get("milestone"), "milestone", where)
    for action in incident["actions"]:
        where = "action %d" % action["number"]
        known(action["type"], "action_type", where)
        known(action["status"], "action_status", where)
        if action.get("cause") not in {cause["number"] for cause in incident["causes"]}:
            faults.append("%s: no such cause" % where)
    for member in incident["members"]:
        known(member["role"], "member_role", "members")
    told = {event["at"] for event in incident["events"]}
    faults.extend("no event at %s" % date for date in DATES if date not in told)


def check_members(incident, samples, faults):
    taken, counts = set(), {}
    for member in incident["members"]:
        found = {sample["id"] for sample in samples if matches(sample, member["query"])} - taken
        taken |= found
        counts[member["role"]] = counts.get(member["role"], 0) + len(found)
        if not found:
            faults.append("'%s' finds nothing" % member["query"])
    for role, (low, high) in MEMBERS.items():
        if not low <= counts.get(role, 0) <= high:
            faults.append("%d %s members, not %d to %d" % (counts.get(role, 0), role, low, high))
    if len(taken) * 2 >= len(samples):
        faults.append("%d of %d samples are members: too few are left to triage" % (len(taken), len(samples)))
    return counts


def check_sample(sample, words, faults):
    where = sample["id"]
    faults.extend("%s: no %s" % (where, key) for key in REQUIRED if key not in sample)
    if sample["kind"] not in words["sample_kind"] or sample["phase"] not in PHASES:
        faults.append(where + ": unknown kind or phase")
    lines = sample["completion"].count("\n")
    if not 8 <= lines <= 50:
        faults.append("%s: %d lines of code" % (where, lines))
    texts = [sample["prompt"], sample.get("path", ""), sample.get("expected", "")]
    for flag in sample["flags"]:
        texts.append(flag["message"])
        if flag["source"] not in words["flag_source"] or flag["level"] not in words["level"]:
            faults.append("%s: unknown source or level" % where)
        if not 1 <= flag.get("line", 1) <= flag.get("end_line", 1) <= lines:
            faults.append("%s: a flag on lines that are not there" % where)
    if sample["kind"] in ("edit", "patch") and not sample.get("diff"):
        faults.append("%s: no diff" % where)
    faults.extend("%s: left over: %s" % (where, text) for text in texts + [sample["completion"]]
                  if "\u00a7" in text or re.search(r"@[a-zA-Z]+@", text))


def check():
    faults = []
    samples = make()
    text = lines_of(samples)
    words = vocabulary()
    try:
        with open(OUT, encoding="ascii") as file:
            if file.read() != text:
                faults.append("cli/demo/samples.jsonl is not what tools/demo_samples.py writes; run it")
    except OSError as error:
        faults.append(str(error))
    if len(text) > SIZE_MAX:
        faults.append("%d bytes, more than %d" % (len(text), SIZE_MAX))
    for sample in samples:
        check_sample(sample, words, faults)
    everything = "".join(sample["completion"] for sample in samples)
    faults.extend("no sample holds U+%04X" % ord(c) for c in "\u202e\u2066\u200b\u001b\u0430" if c not in everything)
    for phase in PHASES:
        wanted = sum(count for name, _, _, count in PLAN if name == phase)
        found = sum(sample["phase"] == phase for sample in samples)
        if found != wanted:
            faults.append("%d samples of %s, not %d" % (found, phase, wanted))
    with open(DOCUMENT, encoding="utf-8") as file:
        incident = json.load(file)["incidents"][0]
    check_words(incident, faults)
    counts = check_members(incident, samples, faults)
    for fault in faults:
        print("demo: " + fault, file=sys.stderr)
    print("demo: %d samples, %d bytes, members %s" % (
        len(samples), len(text), ", ".join("%s %d" % item for item in counts.items())))
    return 1 if faults else 0


def main(arguments):
    if arguments == ["--check"]:
        return check()
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    with open(OUT, "w", encoding="ascii", newline="\n") as file:
        file.write(lines_of(make()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
