"""Whatever terms, codes and notes say, every page draws it as words."""

import json
import re
from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from access.roles import Role
from data.review import Review
from metrics import catalogue
from metrics.metric import spoken
from pages.registry import REGISTRY
from service import cache
from service.markdown import PARTS
from tests.pages.conftest import MAIN, open_at, reader_of, sign_in
from tests.pages.hostile import LOUD, hostile_review

# What Streamlit draws as Markdown: elements, and their texts; of others, no text is anything but words.
TEXTS = ("body", "label", "help", "title", "caption")
VERBATIM = {"code", "text", "html", "iframe"}
SPECIAL = re.compile(r":(?=[a-z-]+(?:\[|:|/))|\bhttps?://|\bwww\.")
OURS = {
    "strong",
    "bullet_list",
    "list_item",
    "paragraph",
    "text",
    "softbreak",
    "hardbreak",
    "inline",
    "code_inline",
}
EVIL = re.compile(f"{LOUD}|evil|warning|onerror|a.?_b|smile|red")
WAYS: dict[str, dict[str, str]] = {
    "overview": {}, "progress": {"below": "Rows"}, "failures": {},
    "staffing": {"below": "Reviewers"},
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(untouched, tmp_path_factory) -> Iterator[Review]:
    review = hostile_review(untouched, tmp_path_factory.mktemp("hostile") / "review")
    review.snapshot()
    cache.clear()
    yield review
    review.ledger.engine.dispose()


@pytest.fixture
def visit(hostile, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(hostile.folder))

    def opened(page: str, role: Role, **query: str | list[str]) -> AppTest:
        sign_in(hostile.folder, monkeypatch, role)
        test = AppTest.from_file(MAIN, default_timeout=120)
        for name, value in query.items():
            test.query_params[name] = value
        open_at(test, page)
        assert not test.exception, test.exception[0].stack_trace
        return test

    return opened


def markdown(test: AppTest) -> Iterator[tuple[str, str]]:
    """Yield what a page sends to be drawn as Markdown, by the kind of its element."""
    for node in test._tree:
        if node.type in VERBATIM:
            continue
        proto = getattr(node, "proto", None)
        kind = (
            proto.WhichOneof("type")
            if proto is not None and "type" in proto.DESCRIPTOR.oneofs_by_name
            else ""
        )
        for inner in (proto, getattr(proto, kind, None) if kind else None):
            for name in TEXTS:
                words = getattr(inner, name, "")
                if isinstance(words, str) and words:
                    yield node.type, words


def assert_words(kind: str, words: str) -> None:
    """Say that nothing in words is drawn as anything else, that they are escaped once, and are all there."""
    tokens = MarkdownIt("commonmark").enable("strikethrough").parse(words)
    inline = [each for token in tokens for each in token.children or []]
    found = {each.type.removesuffix("_open").removesuffix("_close") for each in [*tokens, *inline]}
    assert found <= OURS, (kind, words, found - OURS)
    drawn = "".join(each.content for each in inline if each.type == "text")
    assert not SPECIAL.search(drawn.replace(f"{PARTS}", "\0")), (kind, words)
    assert "\\" not in drawn, (kind, words)
    bold = "".join(re.findall(r"(?<!\\)\*\*(.*?)(?<!\\)\*\*", words))
    assert bold != LOUD
    assert not re.search(r"(?<!\\)\$", words), (kind, words)


def specs(test: AppTest) -> list[dict]:
    return [json.loads(each.proto.spec) for each in test.get("plotly_chart")]


def texts_of(part: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield name, part
    elif isinstance(part, list):
        for each in part:
            yield from texts_of(each, name)
    elif isinstance(part, dict):
        for key, each in part.items():
            yield from texts_of(each, key)


def assert_drawn_literally(name: str, text: str) -> None:
    """Say that Plotly makes nothing of a text but bold words and lines of ours."""
    without_ours = re.sub(r"</?b>|<br>|<extra></extra>", "", text)
    assert "<" not in without_ours, (name, text)
    assert f"<b>{LOUD}</b>" not in text, (name, text)
    if name.endswith("template"):
        assert LOUD not in text, (name, text)
        assert "evil" not in text, (name, text)


def check(test: AppTest) -> str:
    everything = [*markdown(test)]
    for kind, words in everything:
        assert_words(kind, words)
    for spec in specs(test):
        for name, text in texts_of(spec):
            assert_drawn_literally(name, text)
    return " ".join(words for _, words in everything) + " ".join(map(str, specs(test)))


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.title)
def test_no_page_takes_words_for_marks(visit, entry):
    test = visit(entry.path, reader_of(entry), **WAYS.get(entry.path, {}))
    assert EVIL.search(check(test)) or entry.needs is None


@pytest.mark.parametrize("name", ["failures", "reviews_done"])
def test_no_chart_of_any_dimension_takes_words_for_marks(visit, hostile, name):
    figure = spoken(catalogue.metric(name), hostile.terms.case).title
    first = visit("explore", Role.ANALYST, figure=figure)
    assert first.selectbox(key="figure").value == figure
    for by in first.selectbox(key="by").options:
        check(visit("explore", Role.ANALYST, figure=figure, by=by, **{"and": "Area"}))


@pytest.mark.parametrize(
    ("where", "page"),
    [
        ("pages.framework.plain", "failures"),
        ("charts.dots.literals", "failures"),
        ("pages.widgets.rows.plain", "explore"),
        ("charts.bars.literals", "explore"),
    ],
)
def test_the_walk_would_find_what_came_through(visit, hostile, monkeypatch, where, page):
    unescaped = {"literals": list}.get(where.rpartition(".")[2], lambda words, **_: words)
    monkeypatch.setattr(where, unescaped)
    area = next(each for each in hostile.terms.codes("areas") if "onerror" in each)
    rate = spoken(catalogue.metric("failure_rate"), hostile.terms.case).title
    query = {"area": area} if page == "failures" else {"figure": rate, "by": "Area", "behind_explored": area}
    with pytest.raises(AssertionError, match=f"{LOUD}|evil|onerror"):
        check(visit(page, Role.ANALYST, **query))


def test_what_a_view_is_narrowed_to_and_what_stands_behind_a_bar_is_drawn_as_words(visit, hostile):
    area = hostile.terms.codes("areas")[0]
    test = visit("failures", Role.ANALYST, area=area)
    assert "Only area" in check(test)


def test_the_rows_of_a_table_are_as_they_were_loaded(visit, hostile):
    test = visit("failures", Role.ANALYST, area=hostile.terms.codes("areas")[0])
    cells = {str(cell) for frame in test.dataframe for cell in frame.value.to_numpy().ravel()}
    assert cells & set(hostile.terms.codes("reasons"))
