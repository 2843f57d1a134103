"""Singular and plural agree, on every page, where there is one of a thing, where there are two and where there is none."""

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from data.review import Review
from pages.registry import REGISTRY
from tests.grammar import disagreements
from tests.pages.conftest import MAIN, open_at, reader_of, sign_in
from tests.pages.small import small_review

ROWS = {
    "progress": {"below": "Rows"}, "staffing": {"below": "Reviewers"},
    "failures": {"area": "east"},
}  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2])
def small(untouched, tmp_path_factory, request) -> Iterator[Review]:
    review = small_review(untouched, tmp_path_factory.mktemp("small") / "review", request.param)
    review.snapshot()
    yield review
    review.ledger.engine.dispose()


@pytest.fixture
def visit(monkeypatch):
    def opened(review: Review, page: str, role: Role, **query: str) -> AppTest:
        monkeypatch.setenv("CANDOUR_REVIEW", str(review.folder))
        sign_in(review.folder, monkeypatch, role)
        test = AppTest.from_file(MAIN, default_timeout=120)
        for name, value in query.items():
            test.query_params[name] = value
        open_at(test, page)
        assert not test.exception, test.exception[0].stack_trace
        return test

    return opened


def said(test: AppTest) -> Iterator[str]:
    """Everything that a page says in words, with the alternatives and texts of its charts."""
    for node in test._tree:
        proto = getattr(node, "proto", None)
        kind = (
            proto.WhichOneof("type")
            if proto is not None and "type" in proto.DESCRIPTOR.oneofs_by_name
            else ""
        )
        for inner in (proto, getattr(proto, kind, None) if kind else None):
            for name in ("body", "label", "help", "alt", "title", "code_text"):
                words = getattr(inner, name, "")
                if isinstance(words, str):
                    yield words
        if node.type == "plotly_chart":
            yield from texts(json.loads(proto.spec))
    for frame in test.dataframe:
        yield from (str(cell) for cell in frame.value.to_numpy().ravel() if isinstance(cell, str))


def texts(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    for each in part if isinstance(part, list) else part.values() if isinstance(part, dict) else ():
        yield from texts(each)


@pytest.mark.long
@pytest.mark.parametrize("day", ["", "2023-10-02"], ids=["last", "before anything"])
@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.title)
def test_numbers_and_words_agree_on_every_page_of_a_small_review(visit, small, entry, day):
    asked = ROWS.get(entry.path, {}) | ({"as_at": day} if day else {})
    test = visit(small, entry.path, reader_of(entry), **asked)
    assert disagreements(said(test)) == []


@pytest.mark.long
@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.title)
def test_numbers_and_words_agree_on_every_page_of_the_demonstration(visit, demonstration, entry):
    test = visit(demonstration, entry.path, reader_of(entry), as_at="2024-01-11")
    assert disagreements(said(test)) == []
