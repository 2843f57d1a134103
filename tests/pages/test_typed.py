"""What one person types is drawn on every other's pages as words: no link, heading, colour or formula comes of it."""

import dataclasses
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from data.publishing.content import Bound, Draft, Published
from data.publishing.release import Person, Release
from data.releases import Releases
from service.releases.publishing import Press
from service.view import View
from tests.pages.conftest import MAIN, open_at, sign_in

EVIL = "# {0} [Sign in again](https://evil.example/{0}) <b>b</b> **loud** :red[r] :smile: $x^2$ `c` www.evil.example"
# By which of these a field that came through as Markdown would be found.
MADE = re.compile(r"(?<!\\)(\[Sign|<b>|\*\*loud|\$x|`c`)|https?://|:red|:smile|www\.evil|^ *# ", re.MULTILINE)
FIELDS = ("title", "note", "where", "rule", "figure", "who", "reason", "changed", "promise")
PLAIN_TEXT = ("code", "text", "html", "arrow_data_frame", "plotly_chart", "iframe", "selectbox", "text_input",
    "text_area", "multiselect", "number_input", "time_input", "date_input")  # fmt: skip


def evil(field: str) -> str:
    return EVIL.format(field)


@pytest.fixture(scope="module")
def folder(untouched: Path, tmp_path_factory) -> Path:
    """A demonstration with a draft whose title and note are hostile."""
    folder = Path(shutil.copytree(untouched, tmp_path_factory.mktemp("typed") / "review"))
    review = services_of(folder).review
    day = dt.date(2024, 5, 30)
    draft = Draft(
        title=evil("title"), as_at=day, known_at=day, status="final", nature="update", note=evil("note"),
        figures=(Bound(figure="population"),),
    )  # fmt: skip
    Releases(review.ledger, review.record).drafted(Person("somebody", Role.ANALYST), draft)
    return folder


def told(one: Published) -> Published:
    figures = [each.model_copy(update={"title": f"{evil('figure')} {each.title}"}) for each in one.figures]
    changes = [each.model_copy(update={"sentence": evil("changed")}) for each in one.changes]
    typed = {"title": evil("title"), "note": f"{evil('note')}\n\n# {evil('note')}", "rule": evil("rule")}
    return one.model_copy(
        update=typed | {"where_from": evil("where"), "figures": tuple(figures), "changes": tuple(changes)}
    )


def stepped(one: Release) -> Release:
    steps = [each._replace(who=evil("who"), reason=evil("reason")) for each in one.steps]
    return dataclasses.replace(one, steps=tuple(steps))


@pytest.fixture
def visit(folder, monkeypatch):
    """Open a page of a review in which everything that can be typed is hostile."""
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    real = {
        name: getattr(Press, name) for name in ("releases", "release", "published", "public", "counted_draft")
    }
    promises = View.promises

    def public(press: Press) -> list:
        return [
            dataclasses.replace(each, published=told(each.published), release=stepped(each.release))
            for each in real["public"](press)
        ]

    def made(press: Press, release: int):
        found = real["counted_draft"](press, release)
        return dataclasses.replace(found, published=told(found.published))

    monkeypatch.setattr(Press, "releases", lambda press: [stepped(each) for each in real["releases"](press)])
    monkeypatch.setattr(Press, "release", lambda press, release: stepped(real["release"](press, release)))
    monkeypatch.setattr(Press, "published", lambda press, release: told(real["published"](press, release)))
    monkeypatch.setattr(Press, "public", public)
    monkeypatch.setattr(Press, "counted_draft", made)
    monkeypatch.setattr(
        View, "promises", lambda view: promises(view).with_columns(words=pl.lit(evil("promise")))
    )

    def opened(page: str, role: Role, **query: str) -> AppTest:
        sign_in(folder, monkeypatch, role)
        test = AppTest.from_file(MAIN, default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        open_at(test, page)
        assert not test.exception, test.exception[0].stack_trace
        return test

    return opened


def drawn(test: AppTest) -> Iterator[str]:
    """Everything that a page sends to be drawn as Markdown."""
    for node in test._tree:
        kind = node.type
        if kind in PLAIN_TEXT:
            continue
        if kind == "arrow_table":
            yield from (str(cell) for cell in node.value.to_numpy().ravel())
            continue
        proto = getattr(node, "proto", None)
        for name in ("body", "label", "help", "caption"):
            words = getattr(proto, name, "")
            if isinstance(words, str):
                yield words
        if proto is not None and hasattr(proto, "expandable"):
            yield proto.expandable.label
        if kind == "popover":
            yield proto.popover.label
        if kind == "button_group":
            yield from (option.content for option in proto.options)


def held(test: AppTest) -> set[str]:
    """Return the typed fields that a page draws, once none of them is anything but words."""
    everything = [*drawn(test)]
    for each in everything:
        assert not MADE.search(each), each
        if "evil" in each:
            tokens = MarkdownIt("commonmark").parse(each)
            links = [inner.type for token in tokens for inner in token.children or [] if "link" in inner.type]
            assert not links, each
    return {field for field in FIELDS if any(f"evil.example/{field}" in each for each in everything)}


RELEASES = [
    (Role.ANALYST, "Release 5", {"title", "note", "rule"}),
    (Role.RELEASE_APPROVER, "Release 4", {"title", "who"}),
    (Role.PRESS_OFFICER, "Release 3", {"title", "note", "who"}),
]


@pytest.mark.parametrize(("role", "release", "seen"), RELEASES)
def test_what_is_typed_into_a_release_is_drawn_as_words(visit, role, release, seen):
    assert held(visit("releases", role, release=release)) >= seen


@pytest.mark.parametrize("role", [Role.PRESS_OFFICER, Role.CHIEF_OFFICER])
def test_what_is_typed_is_drawn_as_words_among_the_headlines(visit, monkeypatch, role):
    # Without short names of ours, each number goes by the title of its figure.
    monkeypatch.setattr("service.releases.current_release.SHORT", {})
    assert held(visit("headlines", role)) >= {"note", "where", "figure"}


def test_what_was_promised_is_drawn_as_words(visit):
    assert "promise" in held(visit("overview", Role.CHIEF_OFFICER))


def test_what_is_checked_is_drawn_as_words(visit):
    test = visit("check", Role.PRESS_OFFICER)
    test.text_area[0].set_value(evil("pasted") + " 33 failures, adequate research.")
    test.button[0].click().run()
    held(test)


def test_the_walk_would_find_what_came_through(visit, monkeypatch):
    monkeypatch.setattr("pages.releases.plain", lambda words, **_: words)
    with pytest.raises(AssertionError, match="Sign in again"):
        held(visit("releases", Role.RELEASE_APPROVER, release="Release 4"))
