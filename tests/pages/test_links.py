"""A link shows what its sender saw, whatever was loaded since, or says why it cannot and shows nothing else."""

import datetime as dt
import itertools
import shutil
from collections.abc import Mapping

import pytest

from access.roles import Role
from access.services import services_of
from data.review import new_review, open_review
from metrics.as_at import Clocks
from metrics.dimensions import dimensions_of
from pages.shell.address import NARROWED_BY, SHARED
from service.markdown import plain
from service.view import open_source
from tests.loading import sealed_loading
from tests.pages.conftest import go_to
from tests.pages.reading import answer, cards, changes, days, headlines, one_enquiry, tables
from tests.pages.test_main import opened

NOWHERE = {"area": "nowhere"}
AHEAD = {"as_at": "2024-05-30", "known": "on a day", "known_on": "2024-01-11"}
LATER = {"as_at": "2024-01-11", "compared": "another day", "against": "2024-05-30"}


def told(page) -> str:
    """Everything that a page says in words."""
    kinds = (page.markdown, page.caption, page.info, page.error, page.header)
    return " ".join([*(each.value for kind in kinds for each in kind), *headlines(page)])


def shows_nothing(page) -> bool:
    return not (cards(page) or page.dataframe or page.get("plotly_chart") or page.header or page.expander)


def copied(page) -> dict[str, str | list[str]]:
    """The address of a page, as it is copied from the browser."""
    return dict(page.query_params)


def test_an_address_holds_every_choice_from_the_first_look_on(app):
    address = copied(app(role=Role.CHIEF_OFFICER))
    assert address.pop("below") == "Decisions and promises"
    assert address == {
        "as_at": "2024-05-30",
        "known": "on a day",
        "known_on": "2024-05-30",
        "compared": "4 weeks before",
        **dict.fromkeys(NARROWED_BY, "all"),
    }


def test_an_address_holds_the_choices_of_its_own_page_and_no_other(app):
    address = copied(app("failures", watch="Failures found", every="month"))
    assert set(address) - set(SHARED) == {
        "split", "and_by", "rate_of", "over", "tab", "watch", "every", "limits",
    }  # fmt: skip
    page = app("progress", as_at="2024-01-11")
    assert set(copied(page)) - set(SHARED) == {"lines", "staff", "below", "stages_by"}
    page.multiselect(key="area").set_value(["east", "west"]).run()
    page.slider(key="staff").set_value(150).run()
    assert page.query_params["area"] == ["east", "west"]
    assert page.query_params["staff"] == "150"


WRONG: dict[str, tuple[str, Mapping[str, str | list[str]], str]] = {
    "an area that is not there": ("", NOWHERE, "nowhere"),
    "a code by another letter": ("", {"area": "North"}, "North"),
    "one area that is there and one that is not": ("", {"area": ["north", "nowhere"]}, "nowhere"),
    "a day before the register": ("", {"as_at": "1999-01-01"}, "1999-01-01"),
    "a day to come": ("", {"as_at": "2030-01-01"}, "2030-01-01"),
    "no day at all": ("", {"as_at": "garbage"}, "garbage"),
    "two days": ("", {"as_at": ["2024-01-11", "2024-01-12"]}, "2024-01-11, 2024-01-12"),
    "a state of knowledge that there is not": ("", {"known": "tomorrow"}, "tomorrow"),
    "a day that is not named": ("", {"known": "on a day"}, "on a day"),
    "a day that is named for nothing": ("", {"known_on": "2024-01-11"}, "2024-01-11"),
    "a day compared with that is not asked for": ("", {"against": "2024-01-11"}, "2024-01-11"),
    "a choice that there is not": ("", {"areas": "north"}, "north"),
    "a choice of another page": ("", {"split": "Area"}, "Area"),
    "a figure that there is not": ("explore", {"figure": "Unknown"}, "Unknown"),
    "a figure to bridge that there is not": ("", {"change": "Unknown"}, "Unknown"),
    "a dimension that there is not": ("failures", {"split": "Nowhere"}, "Nowhere"),
    "rows that there are not": ("failures", {"list": "nowhere"}, "nowhere"),
    "limits that there are not": ("failures", {"limits": "the first 9999 points"}, "the first 9999 points"),
    "a period that is not asked for": ("failures", {"every": "month"}, "month"),
    "staff that cannot be chosen": ("progress", {"staff": "1000"}, "1000"),
}


@pytest.mark.long
@pytest.mark.parametrize("which", WRONG)
def test_what_a_link_asks_for_and_cannot_get_is_named_and_nothing_is_shown_in_its_place(app, which):
    file, query, named = WRONG[which]
    page = app(file, role=Role.CHIEF_OFFICER, **query)
    assert len(page.error) == 1
    assert f"“{plain(named)}”" in page.error[0].value
    assert shows_nothing(page)
    assert not page.multiselect
    page.button(key="show_without").click().run()
    assert not page.error
    assert answer(page)
    assert days(page).startswith("As at 30 May 2024")


def test_what_is_there_stays_when_the_rest_is_let_go(app):
    page = app(area=["north", "nowhere"], as_at="2024-01-11", known="soon")
    assert "“nowhere”" in page.error[0].value
    assert "“soon”" in page.error[0].value
    page.button(key="show_without").click().run()
    assert days(page).startswith("As at 11 Jan 2024")
    assert "Only area north." in told(page)


def test_a_choice_of_a_page_is_let_go_and_the_others_stay(app):
    page = app("failures", area="east", split="Nowhere", and_by="Route", as_at="2024-01-11")
    page.button(key="show_without").click().run()
    assert "Only area east." in told(page)
    assert days(page).startswith("As at 11 Jan 2024")
    assert page.selectbox(key="and_by").value == "Route"


def test_what_cannot_be_shown_is_not_shown_on_the_next_page_either(app):
    page = app(**NOWHERE)
    go_to(page, "failures")
    assert "“nowhere”" in page.error[0].value
    assert shows_nothing(page)


@pytest.mark.parametrize(
    ("role", "file", "query"),
    [
        (Role.PRESS_OFFICER, "", {"as_at": "2024-01-11"}),
        (Role.PRESS_OFFICER, "", {"area": "north"}),
        (Role.RELEASE_APPROVER, "failures", {"list": "Failure rate"}),
        (Role.RELEASE_APPROVER, "staffing", {"below": "Reviewers"}),
    ],
)
def test_a_choice_that_is_not_one_of_the_readers_role_is_said_to_be_none(app, role, file, query):
    page = app(file, role=role, **query)
    assert len(page.error) == 1
    assert shows_nothing(page)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "**bold** [x](http://evil)", "$$\\frac$$ :red[x]"]
)
def test_what_a_link_asks_for_is_never_drawn_as_more_than_its_words(app, text):
    page = app(area=text)
    assert plain(text) in page.error[0].value
    assert text not in page.error[0].value


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "query"),
    [
        ("", {}),
        ("failures", {"area": "east"}),
        ("progress", {"as_at": "2024-05-16", "known": "then"}),
        *(
            pytest.param(file, query, marks=pytest.mark.soak)
            for file in ("", "failures", "progress")
            for query in ({}, {"area": "east"}, {"as_at": "2024-05-16", "known": "then"})
        ),
    ],
    ids=str,
)
def test_a_link_made_before_a_load_shows_the_same_numbers_after_it(
    untouched, tmp_path, monkeypatch, file, query
):
    folder = tmp_path / "copy"
    shutil.copytree(untouched, folder)
    before = opened(folder, monkeypatch, file=file, **query)
    link, numbers = copied(before), cards(before)
    with sealed_loading(open_review(folder), dt.date(2024, 6, 6)) as loading:
        loading.store(one_enquiry(dt.date(2024, 6, 4)))
    after = opened(folder, monkeypatch, file=file, **link)
    assert cards(after) == numbers
    assert [table.rows() for table in tables(after)] == [table.rows() for table in tables(before)]
    assert copied(after) == link
    assert days(opened(folder, monkeypatch, file=file)).startswith("As at 6 Jun 2024")


def test_a_day_that_is_not_known_is_not_judged_forecast_or_compared(app):
    page = app(role=Role.CHIEF_OFFICER, **AHEAD)
    said = told(page)
    assert "what is known ends on 11 January 2024" in page.info[0].value
    assert "No finish is forecast" in said
    assert "chances in ten" not in said
    assert "What is known ends on 11 January 2024, so what waited on 30 May 2024 is unknown." in said
    assert not [each for each in page.expander if each.key and each.key.startswith("decision_")]
    for verdict in ("**Kept", "**Not kept", "**At risk", "**Not due"):
        assert verdict not in said
    assert " since " not in " ".join(each.value for each in page.markdown if len(each.value) < 60)
    assert "Nothing is compared" in said


@pytest.mark.parametrize("file", ["progress", "staffing", "failures"])
def test_no_page_forecasts_a_day_that_is_not_known_or_draws_a_line_up_to_it(app, file):
    page = app(file, **AHEAD)
    assert "chances in ten" not in told(page)
    days = [table["Day"][-1] for table in tables(page) if "Day" in table.columns]
    assert set(days) <= {"11 Jan 2024"}


def test_a_later_day_to_compare_with_is_refused_in_one_line_and_nothing_is_corrected(app):
    page = app(role=Role.CHIEF_OFFICER, **LATER)
    assert "Nothing is compared: 30 May 2024 is not before 11 January 2024." in page.info[0].value
    said = told(page)
    assert "since 30 May" not in said
    assert "correction" not in said
    assert not changes(page)


def test_the_day_first_compared_with_is_before_the_day_of_the_figures(app):
    page = app(as_at="2024-01-11")
    page.selectbox(key="compared").set_value("another day").run()
    assert page.date_input(key="against").value == dt.date(2023, 12, 14)
    assert "What changed since 14 December 2023" in told(page)


@pytest.fixture
def one_load(demonstration, tmp_path, monkeypatch):
    """Return a visit to a review into which one extract was loaded, once."""
    review = new_review(tmp_path / "one", demonstration.folder / "terms.toml")
    with sealed_loading(review, dt.date(2024, 6, 6)) as loading:
        loading.store(one_enquiry(dt.date(2024, 6, 4)))
    review.ledger.engine.dispose()
    return lambda **query: opened(tmp_path / "one", monkeypatch, file="enquiries", **query)


def test_a_register_of_one_load_offers_one_state_of_knowledge(one_load):
    page = one_load(as_at="2024-06-05")
    assert not page.radio
    assert dict(cards(page))["Received"] == "1"
    link = copied(page)
    assert (link["known"], link["known_on"]) == ("on a day", "2024-06-06")
    assert not one_load(**link).error


@pytest.mark.parametrize(
    "query", [{"known": "then"}, {"known": "on a day", "known_on": "2024-06-05"}], ids=str
)
def test_a_link_to_another_state_of_knowledge_of_one_load_is_told_so(one_load, query):
    page = one_load(**query)
    assert "all of this register was loaded on one day" in page.error[0].value
    assert shows_nothing(page)


def test_one_load_is_compared_with_an_earlier_day_on_its_own_clock(one_load, tmp_path):
    one_load()
    desk = services_of(tmp_path / "one")
    source = open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL")
    day, earlier = dt.date(2024, 6, 6), dt.date(2024, 5, 9)
    view = source.view(Clocks(day, day), {})
    assert not view.as_known_then
    assert view.before == Clocks(earlier, day)
    assert view.bridge("enquiries").steps[0].why == "new"


LACKING = {"standing", "allegation", "recommended", "final", "officer", "investigator"}
"""Of which the demonstration has no value."""


@pytest.mark.parametrize("name", [name for name in NARROWED_BY if name not in LACKING])
def test_every_value_of_a_filter_is_all_and_their_counts_add_up_to_it(demonstration, monkeypatch, name):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    desk = services_of(demonstration.folder)
    source = open_source(desk.visit(desk.welcome("reader", (Role.ANALYST,), "test")), "OFFICIAL")
    values, counts = source.values(name), ("population", "not_assessed", "failures", "people_to_contact")
    if name not in {split.name for split in dimensions_of("cases")}:
        counts = {"team": ("reviews_in_hand", "headcount")}.get(name, ("failures", "failures_not_referred"))
    assert None in values if name == "grade" else values
    clocks = Clocks(dt.date(2023, 11, 2), dt.date(2023, 11, 9))
    whole, parts = source.view(clocks, {}), [source.view(clocks, {name: (each,)}) for each in values]
    every = source.view(clocks, {name: tuple(values)})
    for figure in counts:
        total = whole.figure(figure).numerator
        assert every.figure(figure).numerator == total
        assert sum(part.figure(figure).numerator for part in parts) == total, figure


def test_choosing_every_value_at_the_side_is_choosing_none(app):
    page, whole = app("failures"), app("failures")
    page.multiselect(key="grade").set_value(["standard", "medium", "high", "not graded yet"]).run()
    assert cards(page) == cards(whole)
    assert "Only area" not in told(page)


def test_harm_is_written_as_yes_and_no_and_read_again(app):
    page = app("failures", harm="yes")
    assert page.query_params["harm"] == "yes"
    assert "Only harm yes." in told(page)
    assert dict(cards(page))["Failures found"] == dict(cards(page))["With harm"] == "2"
    assert len(app("failures", harm="true").error) == 1


def test_what_is_not_graded_yet_can_be_chosen_and_shared(app):
    page = app("progress", as_at="2023-10-12", known="then", grade="not graded yet")
    assert "Only grade not graded yet." in told(page)
    assert page.query_params["grade"] == "not graded yet"
    counts = dict(cards(page))
    assert counts["In review"] != "0"
    assert counts["Assessed"] in ("0.0%", "0%")


def test_addresses_of_all_pages_are_read_again_as_they_were_written(app):
    for file, role in itertools.product(("assurance", "explore", "contact"), (Role.ANALYST,)):
        page = app(file, role=role, area="east", as_at="2024-03-28")
        again = app(file, role=role, **copied(page))
        assert not again.error
        assert copied(again) == copied(page)
        assert cards(again) == cards(page)
