"""Every sentence on a screen is plain and has at most 20 words."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.formatting import listed_words
from data.releases import Releases
from data.review import Review
from data.schema import CONTACT_STATES
from pages.registry import REGISTRY
from tests.pages.conftest import MAIN, open_at, reader_of, sign_in

ROOT = Path(__file__).parents[1]
FOLDERS = ("pages", "service", "charts", "metrics", "reports", "access")
MOST_WORDS = 20
BANNED = (
    "we say what", "that it shares with", "not counted by candour", "copy whole", "it tells", "tells what",
    "stands for its own day", "came to harm whom", "stands out", "chance alone", "hardly ever", "says nothing of",
    "chances in ten", "as likely as not", "whose tenth working day", "happened since", "of earlier days and recorded",
    "cannot be judged from the register", "finding no failure", "should hold it", "has passed its day",
    "to be looked at again", "as it is to be said", "told", "held against", "take away", "taken away",
    "as known then", "sent on", "where to look", "held back", "of the recent number", "by chance, in at most",
    "in 100 times", "said of",
)  # fmt: skip
"""What stood on screens, and is said in plainer words now."""
NOT_READ_YET: frozenset[str] = frozenset()
"""Modules that are still to be rewritten; a page in it is not read as it is drawn either."""
AS_PUBLISHED = ("not told",)
"""Words in files published before, which are read and never written."""
_BANNED = re.compile("|".join(rf"\b{words}\b" for words in BANNED), re.IGNORECASE)
_CODE = re.compile(r"-src |[<>=\\|]|SELECT |CREATE |\(\?|^[a-z_]+(?:, [a-z_]+)+$")
_NAMES = re.compile(r"\{[Cc]ases?\}")


def sentences(text: str) -> Iterator[str]:
    for line in re.split(r"\n+|\N{MIDDLE DOT}", text):
        yield from re.split(r"(?<=[.!?])[*_”\"')]*\s+", line)


def length(sentence: str) -> int:
    return sum(1 for word in sentence.split() if re.search(r"\w", word))


def faults(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        if length(sentence) > MOST_WORDS:
            yield f"{length(sentence)} words: {sentence}"
        if found := _BANNED.search(sentence):
            yield f"“{found.group()}”: {sentence}"


def literals(code: str) -> Iterator[str]:
    """Yield the texts of a module without its docstrings; what an f-string fills in counts as one word."""
    tree = ast.parse(code)
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            aside.update(id(value) for value in node.values)
    for node in ast.walk(tree):
        if id(node) in aside:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(
                str(value.value) if isinstance(value, ast.Constant) else "5" for value in node.values
            )


def prose(text: str) -> bool:
    bare = _NAMES.sub("cases", text).strip()
    return " " in bare and not _CODE.search(bare) and text not in AS_PUBLISHED


MODULES = [
    str(path.relative_to(ROOT)) for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))
]


@pytest.mark.parametrize("module", [module for module in MODULES if module not in NOT_READ_YET])
def test_every_text_in_the_code_is_plain_and_short(module):
    texts = filter(prose, literals((ROOT / module).read_text()))
    assert [fault for text in texts for fault in faults(text)] == []


def test_what_is_not_read_yet_is_there_to_be_read():
    assert set(MODULES) >= NOT_READ_YET


def test_a_long_sentence_and_a_banned_phrase_are_found():
    assert [fault.split(":")[0] for fault in faults(f"{'word ' * 20}. {'word ' * 21}.\n{'word ' * 21}")] == [
        "21 words",
        "21 words",
    ]
    assert list(faults("The public is told. We foretold it.")) == ["“told”: The public is told."]
    assert list(literals('"""Doc."""\nx = f"{a} was told"\n"Comment."\ny = "one" "two"')) == [
        "5 was told",
        "onetwo",
    ]


def words_of_others(review: Review) -> set[str]:
    """Return what the review's own people wrote: promises, notes, definitions, lists and advice of its terms."""
    terms = review.terms
    promises = review.snapshot().scan("commitments").collect()["words"].to_list()
    releases = Releases(review.ledger, review.record)
    notes = [releases.published(release.id).note for release in releases.all() if release.frozen]
    parts = [part.definition for part in terms.partition]
    public = [str(value) for value in terms.public.model_dump().values()]
    lists = ["; ".join(CONTACT_STATES), *(listed_words(list(codes)) for codes in terms.lists.values())]
    return {text for text in (*promises, *notes, *parts, *public, *lists) if text}


def without(text: str, others: Iterable[str]) -> str:
    plain = text.replace("\\", "")
    for words in sorted(others, key=len, reverse=True):
        plain = plain.replace(words.rstrip("."), "…")
    return plain


def shown(test: AppTest) -> Iterator[str]:
    kinds = (test.title, test.header, test.subheader, test.markdown, test.caption)
    for kind in (*kinds, test.info, test.warning, test.success, test.error):
        yield from (element.value for element in kind)
    yield from (element.label for element in test.expander)


READ = [entry for entry in REGISTRY if f"pages/{entry.module}.py" not in NOT_READ_YET]


@pytest.mark.long
@pytest.mark.parametrize("entry", READ, ids=lambda entry: entry.title)
def test_every_sentence_of_a_page_is_plain_and_short(demonstration, monkeypatch, entry):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    sign_in(demonstration.folder, monkeypatch, reader_of(entry))
    test = AppTest.from_file(MAIN, default_timeout=120)
    open_at(test, entry.path)
    assert not test.exception
    others = words_of_others(demonstration)
    assert [fault for text in shown(test) for fault in faults(without(text, others))] == []
