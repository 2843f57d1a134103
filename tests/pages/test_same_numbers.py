"""Whatever a picture shows, its table, its words and the file made of it show too: walked on every page."""

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs
import pytest

from access.roles import Role
from charts.chart import Chart, for_browser
from data.terms import USUAL_WORDS
from pages import referrals
from pages.registry import open_to
from pages.widgets import chart_card
from pages.widgets.export_button import Offer
from service.view import open_source
from tests.charts.reading import plotted

DAY = re.compile(r"\b(\d{1,2} )?[A-Z][a-z]{2,8} \d{4}\b")
# How rare chance makes something is said of a method, and is no number of the review.
CHANCE = re.compile(r"\b1 in \d+\b")
OTHERS = re.compile(r"\bthe other (\d+)\b")  # rows of the table that are not named
NUMBER = re.compile(r"(?<![\w.])[\N{MINUS SIGN}+-]?\d[\d,]*(?:\.\d+)?%?(?!\w)")
WORDS = cs.string() | cs.enum() | cs.categorical()
# Said of how a number was made, and no number of the review.
OF_METHOD = {"95%", "99.8%"}
PAGES = [entry.title for entry in open_to(Role.CHIEF_OFFICER) if entry.dated and entry.title != "Definitions"]
# Pictures of rows leave as rows do, with a reason, and not as figures.
OF_ROWS = {USUAL_WORDS(referrals.IN_SCOPE), USUAL_WORDS(referrals.OUTSIDE), "Open referrals"}
VIEWS: dict[str, dict[str, str]] = {
    "the last day": {},
    "January as known then": {"as_at": "2024-01-11", "known": "then", "area": "north"},
}
# What stands in a tab that is not open at first, by the address that opens it.
BELOW: dict[str, tuple[dict[str, str], ...]] = {
    "Failures": ({"tab": "Change or chance"}, {"split": "Reason", "and_by": "Month found", "over": "Year"})
}


@dataclass(frozen=True)
class Shown:
    """A picture that a page showed, and the file that it offered of it."""

    chart: Chart
    offer: Offer | None


def numbers_in(text: str) -> list[str]:
    """Numbers in a text as they are written, its days taken out."""
    return [each for each in NUMBER.findall(CHANCE.sub("", DAY.sub("", text))) if each not in OF_METHOD]


def value(written: str) -> float:
    plain = written.replace(",", "").replace("\N{MINUS SIGN}", "-").rstrip("%")
    return float(plain) / 100 if written.endswith("%") else float(plain)


def numbers_of(table: pl.DataFrame) -> set[float]:
    """Every number of a table: its cells, those written in its words, and the sum of each column."""
    held = {float(each) for column in table.select(cs.numeric()) for each in column.drop_nulls()}
    held |= {float(column.sum()) for column in table.select(cs.numeric())}
    for column in table.select(WORDS.cast(pl.String)):
        held |= {value(each) for text in column.drop_nulls() for each in numbers_in(text)}
    return held | {float(table.height)}


def near(number: float, held: set[float], places: float) -> bool:
    return any(abs(number - each) <= places for each in held)


def rounding(written: str) -> float:
    """Half of the last place that a number is written to, and a hair."""
    decimals = len(written.rstrip("%").partition(".")[2]) + (2 if written.endswith("%") else 0)
    return 0.5000001 * 10**-decimals if decimals else 0


@pytest.fixture(scope="module")
def walked():
    """Return what a page shows a chief officer; each page and view is drawn once."""
    kept: dict[tuple[str, str], list[Shown]] = {}

    def walk(app: Any, page: str, view: str) -> list[Shown]:
        if (page, view) not in kept:
            kept[page, view] = found = []
            entry = next(each for each in open_to(Role.CHIEF_OFFICER) if each.title == page)
            with pytest.MonkeyPatch.context() as patch:
                drawn = chart_card._body

                def note(chart: Chart, card: chart_card.Card, key: str, offer: Offer | None) -> None:
                    found.append(Shown(chart, offer))
                    drawn(chart, card, key, offer)

                patch.setattr(chart_card, "_body", note)
                for more in ({}, *BELOW.get(page, ())):
                    app(entry.path, role=Role.CHIEF_OFFICER, **VIEWS[view], **more)
        return kept[page, view]

    return walk


@pytest.fixture
def shown(app, walked, page, view) -> list[Shown]:
    found = walked(app, page, view)
    assert found, "a page of figures shows a picture"
    return found


everywhere = pytest.mark.parametrize(("page", "view"), [(page, view) for page in PAGES for view in VIEWS])


@everywhere
def test_the_words_of_a_picture_hold_no_number_that_its_table_does_not(shown):
    for chart in (each.chart for each in shown):
        held = numbers_of(chart.table)
        assert all(int(rest) < chart.table.height for rest in OTHERS.findall(chart.alt)), chart.alt
        for written in numbers_in(OTHERS.sub("", chart.alt)):
            assert near(value(written), held, rounding(written)), (chart.title, written, chart.alt)


@everywhere
def test_a_picture_draws_no_count_that_its_table_does_not_hold(shown):
    for chart in (each.chart for each in shown):
        held = numbers_of(chart.table)
        if chart.title in OF_ROWS:  # bars between days
            continue
        for trace in plotted(chart).data:
            for drawn in (trace.x, trace.y):
                if drawn is None or np.asarray(drawn).dtype.kind not in "iu" or trace.type != "bar":
                    continue
                sizes = (
                    np.asarray(drawn) if drawn is (trace.x if trace.orientation == "h" else trace.y) else []
                )
                for size in sizes:
                    assert near(float(size), held, 0), (chart.title, size)


@everywhere
def test_a_picture_is_sent_as_plotly_checks_it(shown):
    for chart in (each.chart for each in shown):
        checked, sent = json.loads(plotted(chart).to_json()), json.loads(json.dumps(for_browser(chart.spec)))
        nothing = {"template": {}, "annotations": [], "shapes": []}
        assert nothing | sent["layout"] == nothing | {**checked["layout"], "template": {}}, chart.title
        assert sent["data"] == checked["data"], chart.title


@everywhere
def test_the_file_of_a_picture_holds_every_number_of_its_table(shown, page):
    for each in shown:
        if each.chart.title in OF_ROWS:
            continue
        assert each.offer is not None, (page, each.chart.title)
        source = open_source(each.offer.visit, "OFFICIAL-SENSITIVE")
        rows = each.offer.asked.content(source).table.rows
        held = numbers_of(rows)
        for column in each.chart.table.select(cs.numeric()):
            assert {float(number) for number in column.drop_nulls()} <= held, (each.chart.title, column.name)
        for column in each.chart.table.select(WORDS.cast(pl.String)):
            for written in (number for text in column.drop_nulls() for number in numbers_in(text)):
                assert near(value(written), held, rounding(written)), (each.chart.title, column.name, written)
