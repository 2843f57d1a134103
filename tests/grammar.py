"""Where a number and its noun, or its verb, do not agree."""

import re
from collections.abc import Iterable
from functools import cache

NOUNS = {
    one: many or f"{one}s"
    for one, many in {
        "application": "", "case": "", "failure": "", "referral": "", "enquiry": "enquiries", "row": "", "day": "",
        "week": "", "month": "", "year": "", "review": "", "person": "people", "recommendation": "", "attempt": "",
        "point": "", "team": "", "reviewer": "", "load": "", "entry": "entries", "figure": "", "time": "",
        "table": "", "column": "", "file": "", "release": "", "change": "", "step": "", "look": "",
        "decision": "", "fact": "", "disclosure": "", "matter": "", "other": "", "group": "", "reader": "",
        "request": "", "number": "", "thing": "", "member": "", "extract": "", "promise": "", "part": "",
        "area": "", "event": "", "outcome": "", "check": "", "statement": "", "draw": "", "cell": "", "warning": "",
        "minute": "", "hour": "", "letter": "", "byte": "", "forecast": "", "chart": "", "key": "",
        "equivalent": "", "assessment": "", "contact": "", "version": "", "word": "", "line": "", "page": "",
    }.items()
}  # fmt: skip
# What is counted after one of these is its name, and not how many there are: "Release 2 is public".
NAMED = {
    "release",
    "releases",
    "team",
    "version",
    "load",
    "row",
    "number",
    "first",
    "last",
    "case",
    "part",
    "page",
}
_ONE = r"(?<![\w.,:/%#-])1(?![\w.,:/%-])"
_MORE = r"(?<![\w.,:/%#-])(?:0|[2-9]|\d[\d,]*\d)(?![\w.,:/%-])"
# No more than two words that say which, and none after which another noun is meant: "1 of 5 applications".
_WHICH = (
    r"(?:(?!(?:of|in|and|or|to|is|was|has|with|from|the|a|on|by|at|for|than|as|per|more|such) )[a-z-]+ ){0,2}"
)
# "5 other reasons": another noun follows.
_MANY, _SINGLE = "|".join(NOUNS.values()), "|".join(NOUNS).replace("other", "other(?! [a-z])")
FAULTS = [
    re.compile(rf"{_ONE} {_WHICH}(?:{_MANY})\b(?!-)"),
    re.compile(rf"{_MORE} {_WHICH}(?:{_SINGLE})\b(?![-\w])"),
    re.compile(rf"{_ONE} (?:{_WHICH}(?:{_SINGLE}) )?(?:are|were|have|need|wait|remain)\b"),
    re.compile(rf"{_MORE} (?:{_WHICH}(?:{_MANY}) )?(?:is|was|has|needs|waits|remains)\b"),
    re.compile(rf"{_ONE} \((?:{_MANY})\)"),
    re.compile(r"\w\(s\)"),
    re.compile(rf"\b(?:no|none) (?:{_MANY}) (?:is|was|has)\b"),
]


def disagreements(texts: Iterable[str]) -> list[str]:
    """Return what of some texts does not agree, with a little of what stands around it."""
    return sorted({fault for text in texts for fault in _faults_of(text)})


@cache
def _faults_of(text: str) -> list[str]:
    found = []
    said = " ".join(text.replace("\\", "").replace("*", "").split())
    for fault in FAULTS:
        for match in fault.finditer(said):
            before = said[: match.start()].split()
            if not (before and before[-1].strip("(“\"'").lower() in NAMED):
                found.append(said[max(0, match.start() - 40) : match.end() + 30])
    return found
