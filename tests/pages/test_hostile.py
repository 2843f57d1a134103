"""Whatever terms, codes and notes say, every page draws it as words."""

import functools
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle

import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from data.notes import Notes
from data.publishing.release import Person
from data.review import Review
from metrics import catalogue
from metrics.metric import spoken
from pages.shell.address import OF_PAGES, SHARED
from pages.widgets.chart_card import DOTS
from service import cache
from service.markdown import PARTS
from tests.pages.conftest import MAIN, THERE, open_at, reader_of, sign_in
from tests.pages.hostile import FIRST, LOUD, MARKS, hostile_review

# What Streamlit draws as Markdown: elements, and their texts; of others, no text is anything but words.
TEXTS = ("body", "label", "help", "title", "caption")
VERBATIM = {"code", "text", "html", "iframe"}
SPECIAL = re.compile(r":(?=[a-z-]+(?:\[|:|/))|\bhttps?://|\bwww\.")
HTML = {
    "b",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "h3",
    "img",
    "p",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
}
ATTRIBUTES = {"tabindex", "role", "alt", "aria-label", "class", "scope", "src"}
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
# Two shapes of ours, around words that are checked: a badge, and the label of a card's menu.
BADGE = re.compile(r":(?:blue|gray|orange)-badge\[(?::material/[a-z_]+: )?(.*)\]")
NUMBERED = re.compile(r"(\d+)\. (.*, \d{1,2} [A-Z][a-z]{2} \d{4})")  # an event and its day
MENU = re.compile(rf"!\[Menu: (.*)\]\({re.escape(DOTS)}\)")
EVIL = re.compile(f"{LOUD}|evil|warning|onerror|a.?_b|smile|red")
TABS = ("tab", "below", "load_part", "audit_list")


@pytest.fixture(scope="module")
def hostile(untouched, tmp_path_factory) -> Iterator[Review]:
    review = hostile_review(untouched, tmp_path_factory.mktemp("hostile") / "review")
    review.snapshot()
    Notes(review).add(Person("somebody", Role.ANALYST), FIRST, f"**{LOUD}** {MARKS[1]} {MARKS[2]} :red[x]")
    services = services_of(review.folder)
    author = services.visit(services.welcome("author", (Role.RELEASE_APPROVER,), "test"))
    pages = {Role.ANALYST: ("Progress",), Role.RELEASE_APPROVER: ("Progress",)}
    name = f"{MARKS[2]} {MARKS[1]} :red[x]"
    services.saved_views.save(author, name, "Progress", {"below": ["Rows"]}, share=Role.ANALYST, pages=pages)
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
                    for part in within(node.type, name, words):
                        yield node.type, part
            yield from options(node.type, inner)


def within(kind: str, name: str, words: str) -> list[str]:
    """Return the words inside a badge, the label of a menu or a list of events, if it is one of these."""
    shape = {("markdown", "body"): BADGE, ("popover", "label"): MENU}.get((kind, name))
    if shape and (shaped := shape.fullmatch(words)):
        return [shaped[1]]
    lines = [NUMBERED.fullmatch(line) for line in words.split("\n")]
    if kind == "markdown" and [line and line[1] for line in lines] == [*map(str, range(1, len(lines) + 1))]:
        return [line[2] for line in lines if line]
    return [words]


def options(kind: str, element: object) -> Iterator[tuple[str, str]]:
    """Yield the options of an element that draws them as Markdown."""
    if kind in ("button_group", "radio"):
        for option in getattr(element, "options", ()):
            yield kind, option if isinstance(option, str) else option.content


PARSER = MarkdownIt("commonmark").enable("strikethrough")


@functools.cache
def assert_words(kind: str, words: str) -> None:
    """Say that nothing in words is drawn as anything else, that they are escaped once, and are all there."""
    tokens = PARSER.parse(words)
    inline = [each for token in tokens for each in token.children or []]
    found = {each.type.removesuffix("_open").removesuffix("_close") for each in [*tokens, *inline]}
    assert found <= OURS, (kind, words, found - OURS)
    drawn = "".join(each.content for each in inline if each.type == "text")
    assert not SPECIAL.search(drawn.replace(f"{PARTS}", "\0")), (kind, words)
    assert "\\" not in drawn, (kind, words)
    bold = "".join(re.findall(r"(?<!\\)\*\*(.*?)(?<!\\)\*\*", words))
    assert bold != LOUD
    assert not re.search(r"(?<!\\)\$", words), (kind, words)


class Drawn(HTMLParser):
    """What is made of the HTML of a page: its tags, their attributes, and its words."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attributes

    def handle_data(self, data: str) -> None:
        self.words += data


def assert_html_is_ours(body: str) -> str:
    """Say that HTML has the tags and attributes that we write and no others, and return its words."""
    drawn = Drawn(body)
    assert drawn.tags <= HTML, (body, drawn.tags - HTML)
    assert {name for name, _ in drawn.attributes} <= ATTRIBUTES, body
    for name, value in drawn.attributes:
        assert name != "src" or re.fullmatch(r"data:image/svg\+xml;base64,[\w+/=]+", value or ""), body
    assert f"<b>{LOUD}" not in body
    assert not re.search(r"&(amp;lt|lt;(b|a|img)\b)", drawn.words), body
    return drawn.words


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
    """Say that Plotly makes nothing of a text but bold words, lines and coloured words of ours."""
    without_ours = re.sub(
        r"""</?b>|<br>|<extra></extra>|<span style=(['"])color:#\w{6}\1>|</span>""", "", text
    )
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
    html = [assert_html_is_ours(element.proto.body) for element in test.get("html")]
    return " ".join([*(words for _, words in everything), *html, *map(str, specs(test))])


@pytest.mark.long
@pytest.mark.parametrize("entry", THERE, ids=lambda entry: entry.title)
def test_no_page_takes_words_for_marks(visit, entry):
    test = visit(entry.path, reader_of(entry))
    assert EVIL.search(check(test)) or entry.needs is None
    choice = next((name for name in TABS if name in OF_PAGES.get(entry.title, ())), "")
    for tab in test.tabs:
        check(visit(entry.path, reader_of(entry), **{choice: tab.label}))


@pytest.mark.long
@pytest.mark.parametrize("entry", THERE, ids=lambda entry: entry.title)
def test_what_an_address_asks_for_is_said_as_words(visit, entry):
    names = [
        *SHARED,
        *OF_PAGES.get(entry.title, ()),
        "followed",
        f"**{LOUD}**",
        "<b>x</b>",
        ":red[x]",
        "[a](b)",
    ]
    asked = dict(zip(names, cycle(MARKS)))
    test = visit(entry.path, reader_of(entry), **asked)
    assert LOUD in check(test)
    assert len(test.error) == 1
    for name in OF_PAGES.get(entry.title, ()):
        alone = visit(entry.path, reader_of(entry), followed=MARKS[2], **{name: asked[name]})
        # Words may be searched for; where nothing is published, no page asks what of it is meant; and where no
        # case can be closed, none asks what of closing.
        unasked = {"search", "flow_of", "flow_every", "ages_by"}
        assert alone.error or name in unasked or entry.title == "Headlines"
        check(alone)


@pytest.mark.long
@pytest.mark.parametrize("name", ["failures", "reviews_done"])
def test_no_chart_of_any_dimension_takes_words_for_marks(visit, hostile, name):
    figure = spoken(catalogue.metric(name), hostile.terms.words).title
    first = visit("explore", Role.ANALYST, figure=figure)
    assert first.selectbox(key="figure").value == figure
    for by in first.selectbox(key="by").options:
        check(visit("explore", Role.ANALYST, figure=figure, by=by, **{"and": "Area"}))


@pytest.mark.long
@pytest.mark.parametrize(
    ("where", "page"),
    [
        ("pages.framework.plain", "failures"),
        ("charts.dots.literals", "failures"),
        ("pages.widgets.rows.plain", "explore"),
        ("charts.bars.literals", "explore"),
        ("pages.shell.page_start.plain", "overview"),
        ("pages.overview.escape", "overview"),
        ("pages.widgets.chart_card.escape", "failures"),
        ("pages.widgets.figure_strip.escape", "overview"),
    ],
)
@pytest.mark.usefixtures("forgotten")
def test_the_walk_would_find_what_came_through(visit, hostile, monkeypatch, where, page):
    unescaped = {"literals": list}.get(where.rpartition(".")[2], lambda words, **_: words)
    monkeypatch.setattr(where, unescaped)
    cache.clear()
    area = next(each for each in hostile.terms.codes("areas") if "onerror" in each)
    rate = spoken(catalogue.metric("failure_rate"), hostile.terms.words).title
    explored = {"figure": rate, "by": "Area", "behind_explored": area}
    query = {"failures": {"area": area}, "explore": explored}.get(page, {})
    with pytest.raises(AssertionError, match=f"{LOUD}|evil|onerror"):
        check(visit(page, Role.ANALYST, **query))


def test_what_a_view_is_narrowed_to_and_what_stands_behind_a_bar_is_drawn_as_words(visit, hostile):
    area = hostile.terms.codes("areas")[0]
    test = visit("failures", Role.ANALYST, area=area)
    assert "Only area" in check(test)


def test_a_note_and_the_name_of_a_view_that_others_wrote_are_drawn_as_words(visit):
    test = visit("progress", Role.ANALYST)
    check(test)
    assert any("red" in words for kind, words in markdown(test) if kind == "markdown")
    assert any("red" in words for kind, words in markdown(test) if kind == "page_link")


def test_the_rows_of_a_table_are_as_they_were_loaded(visit, hostile):
    test = visit("failures", Role.ANALYST, area=hostile.terms.codes("areas")[0])
    cells = {str(cell) for frame in test.dataframe for cell in frame.value.to_numpy().ravel()}
    assert cells & set(hostile.terms.codes("reasons"))
