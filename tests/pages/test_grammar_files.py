"""Singular and plural agree in the files that leave, and on the command line."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from access.roles import Role
from data import cli_output
from data.review import Review
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.clauses import line
from metrics.metric import Metric, spoken
from pages.shell import current_user
from reports import briefing_sections as briefing
from reports.content import Section
from reports.figures import workbook_tables
from service import view as source
from tests.grammar import disagreements
from tests.pages.conftest import sign_in
from tests.pages.small import small_review
from tests.reports.press.releases import count, exact, published


@pytest.fixture(scope="module", params=[1, 2])
def small(untouched, tmp_path_factory, request) -> Iterator[Review]:
    review = small_review(untouched, tmp_path_factory.mktemp("small") / "review", request.param)
    review.snapshot()
    yield review
    review.ledger.engine.dispose()


@pytest.fixture
def view(small, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(small.folder))
    sign_in(small.folder, monkeypatch, Role.CHIEF_OFFICER)
    opened = source.open_source(current_user.current_visit(), "OFFICIAL")
    return opened.view(Clocks(opened.last_day, opened.last_day), {})


def said(section: Section) -> Iterator[str]:
    yield from section.lines
    yield from (" ".join(point) for point in section.points)
    for table in section.tables:
        yield f"{table.title} {table.subtitle}"
        yield from (str(cell) for row in table.rows.iter_rows() for cell in row)
    yield from (chart.alt for chart in section.charts)


def test_numbers_and_words_agree_in_the_briefing(view):
    assert disagreements(text for section in briefing.sections(view) for text in said(section)) == []


def test_numbers_and_words_agree_in_the_workbook(view):
    sheets = workbook_tables(view, "As at the last day.")
    texts = [
        text
        for each in sheets
        for text in (each.title, each.subtitle, *(" ".join(note) for note in each.notes))
    ]
    assert texts
    assert disagreements(texts) == []


@pytest.mark.parametrize("number", [0, 1, 2])
def test_numbers_and_words_agree_in_each_line_of_a_release(small, number):
    for metric in catalogue.CATALOGUE:
        if isinstance(metric, Metric) and not metric.share:
            words = spoken(metric, small.terms.words)
            told = count(metric.name, words.title, words.unit, exact(number), words.definition)
            assert disagreements([line(published(figures=(told,)), told)]) == []


def test_numbers_and_words_agree_on_the_command_line(small):
    out = io.StringIO()
    cli_output.tell_status(Console(file=out, width=200), small)
    assert disagreements(out.getvalue().splitlines()) == []
