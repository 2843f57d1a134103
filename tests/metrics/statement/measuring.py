"""How often the check is right, on sentences that it was not built on."""

import datetime as dt
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from metrics.statement.checker import check
from metrics.statement.published import WRONG, Mark
from tests.metrics.statement.published import FOUNDING, PROTECTED, VOCABULARY

LABELLED = Path(__file__).parent / "labelled.toml"
AGAIN = Path(__file__).parent / "labelled_again.toml"
DAY = dt.date(2024, 5, 23)
CORPORA = {"founding": FOUNDING, "protected": PROTECTED}
MISSED = "no mark"


@dataclass
class Measured:
    """Pairs of what a number deserved and what it was given, over every labelled sentence."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    sentences: int = 0
    wrong: int = 0
    caught: int = 0
    wolves: list[str] = field(default_factory=list)
    misses: list[tuple[str, str, str, str]] = field(default_factory=list)

    def precision(self, mark: str) -> float | None:
        given = sum(count for (_, got), count in self.pairs.items() if got == mark)
        return self.pairs[mark, mark] / given if given else None

    def recall(self, mark: str) -> float | None:
        deserved = sum(count for (want, _), count in self.pairs.items() if want == mark)
        return self.pairs[mark, mark] / deserved if deserved else None

    @property
    def right(self) -> float:
        """Share of marks that are as they should be."""
        return sum(count for (want, got), count in self.pairs.items() if want == got) / self.pairs.total()

    def alarms(self) -> tuple[float, float]:
        """Precision and recall of any alarm at all, number by number."""
        alarming = {str(mark) for mark in WRONG}
        both = sum(n for (want, got), n in self.pairs.items() if want in alarming and got in alarming)
        given = sum(n for (_, got), n in self.pairs.items() if got in alarming)
        deserved = sum(n for (want, _), n in self.pairs.items() if want in alarming)
        return both / given, both / deserved

    def table(self) -> str:
        rows = ["mark                deserved  given  precision  recall"]
        for mark in Mark:
            deserved = sum(n for (want, _), n in self.pairs.items() if want == mark)
            given = sum(n for (_, got), n in self.pairs.items() if got == mark)
            precision, recall = self.precision(mark), self.recall(mark)
            told = [f"{each:9.0%}" if each is not None else "        -" for each in (precision, recall)]
            rows.append(f"{mark:18}  {deserved:8}  {given:5}  {told[0]}  {told[1]}")
        return "\n".join(rows)


def measured(*files: Path) -> Measured:
    """Check every labelled sentence of some files by itself."""
    found = Measured()
    for file in files:
        for each in tomllib.loads(file.read_text())["said"]:
            _measure(found, each)
    return found


def _measure(found: Measured, each: dict) -> None:
    corpus = CORPORA[each.get("releases", "founding")]
    checked = check(each["text"], each.get("day", DAY), corpus, VOCABULARY)
    pairs = _paired(each["marks"], list(checked.claims))
    pairs += _beside(each.get("found", []), [str(claim.mark) for claim in checked.cross_checks])
    for want, got, text in pairs:
        found.pairs[want, got] += 1
        if want != got:
            found.misses.append((each["text"], text, want, got))
    alarming = {str(mark) for mark in WRONG}
    deserved = any(want in alarming for want, _, _ in pairs)
    given = any(got in alarming for _, got, _ in pairs)
    found.sentences += 1
    found.wrong += deserved
    found.caught += deserved and given
    if given and not deserved:
        found.wolves.append(each["text"])


def _paired(wanted: list[list[str]], claims: list) -> list[tuple[str, str, str]]:
    pairs = []
    for text, mark in wanted:
        at = next((i for i, claim in enumerate(claims) if _same(text, claim.text)), None)
        got = MISSED if at is None else str(claims.pop(at).mark)
        pairs.append((mark, got, text))
    # What nobody labelled deserves no alarm.
    return pairs + [
        (str(Mark.NO_FIGURE), str(claim.mark), claim.text) for claim in claims if claim.mark in WRONG
    ]


def _same(text: str, other: str) -> bool:
    one, two = text.lower(), other.lower()
    return (
        one == two
        or f" {two} " in f" {one} "
        or f" {one} " in f" {two} "
        or one.startswith(two)
        or two.startswith(one)
    )


def _beside(wanted: list[str], got: list[str]) -> list[tuple[str, str, str]]:
    pairs = []
    for mark in wanted:
        pairs.append((mark, mark if mark in got else MISSED, "beside"))
        if mark in got:
            got.remove(mark)
    return pairs + [(str(Mark.NO_FIGURE), mark, "beside") for mark in got]
