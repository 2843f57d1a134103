"""The Headlines page of the demonstration, as its readers see it: every number is one that was published."""

import datetime as dt
import re
import shutil
import sqlite3
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from charts.releases import Publication, Slope
from data.publishing.content import digest_of
from data.publishing.release import Person
from data.publishing.states import Step
from data.releases import Releases
from data.review import new_review, open_review
from metrics.clauses import MEANS, NO_REASON, Revision
from pages import headlines as figures
from pages.headlines import UNKNOWN, badge, history_title, publications, slopes_title
from service.releases.current_release import ALL_WITHDRAWN, NOTHING
from service.releases.publishing import Press
from service.view import open_source
from tests.loading import sealed_loading
from tests.pages.conftest import MAIN, open_at, sign_in
from tests.pages.reading import answer, captions, headlines, menus, one_enquiry

JANUARY = "Release 3, 11 January 2024"
NAMES = ["In review", "Assessed", "Failures", "With harm", "Administrative", "Service", "Referrals", "Staff"]
# What was published, from the public statements themselves.
PUBLISHED = [
    ("In review", "3,582", "3,778", "+196"),
    ("Assessed", "3,582", "3,778", "+196"),
    ("Failures", "25", "33", "+8"),
    ("With harm", "2", "2", "no change"),
    ("Administrative", "11", "14", "+3"),
    ("Service", "12", "17", "+5"),
    ("Referrals", "4", "5", "+1"),
    ("Staff", "about 45", "about 45", "no change"),
]
LINES = {
    "In review": "The review covers 3,778 applications (22 May 2024).",
    "Assessed": "3,778 applications had been risk assessed by 22 May 2024.",
    "Failures": "33 failures had been found by 22 May 2024.",
    "With harm": "2 failures with harm had been found by 22 May 2024.",
    "Administrative": "14 administrative failures had been found by 22 May 2024.",
    "Service": "17 service failures had been found by 22 May 2024.",
    "Referrals": "5 matters had been referred to the Independent Office for Police Conduct by 22 May 2024.",
    "Staff": "About 45 people were in the review team on 22 May 2024.",
}
ROSE, FELL, SAME = (Slope("A", "1", "2", "", 1, after) for after in (2, 0, 1))
WITHHELD, NEW = Slope("A", "withheld", "2", ""), Slope("A", "", "2", "")


def lines(page):
    """What can be copied of the card to send; neither the address nor a text alternative."""
    return [each.value for each in page.code if not each.value.startswith(("DEMONSTRATION", "None?"))]


def text(page):
    return "\n".join(each.value for part in (page.markdown, page.caption) for each in part)


def table(page, key: str):
    page.segmented_control(key=f"form_{key}").set_value("Table").run()
    return page.dataframe[0].value


def badges(page) -> list[str]:
    return [each.value for each in page.markdown if "-badge[" in each.value][2:]


def charts(page) -> list[str]:
    return [each.proto.alt for each in page.get("plotly_chart")]


def test_a_press_officer_reads_january_now_and_why_and_copies_the_line_in_two_actions(app):
    page = app(role=Role.PRESS_OFFICER)
    assert [title.value for title in page.title] == ["Headlines"]
    assert answer(page) == "Release 4, 22 May 2024, final."
    assert "5 of 7 figures changed since January." in captions(page)
    assert page.selectbox(key="since").value == JANUARY
    assert "Failures 25, then 33" in charts(page)[0]
    page.segmented_control(key="of").set_value("Failures").run()  # the first; a click on Copy is the second
    assert lines(page) == [
        "33 failures had been found by 22 May 2024.",
        "In January we reported 25 failures. Eight more have been found since; the total is 33.",
    ]
    assert "**If asked why it changed**" in text(page)
    assert any("January's figure was right at the time" in each for each in badges(page))


def test_every_number_is_shown_then_and_now_as_it_was_published(app):
    page = app(role=Role.PRESS_OFFICER)
    assert page.segmented_control(key="of").options == NAMES
    assert "Six numbers rose, two unchanged" in headlines(page)
    shown = table(page, "slopes")
    assert [tuple(row) for row in shown.itertuples(index=False)] == PUBLISHED
    assert list(shown.columns) == ["Figure", "Release 3", "Release 4", "Change"]


@pytest.mark.parametrize("name", NAMES)
def test_each_number_is_a_plain_line_to_copy(app, name):
    page = app("headlines", role=Role.PRESS_OFFICER, of=name)
    assert lines(page)[0] == LINES[name]
    assert len(lines(page)) == 2
    assert any("final. Entered from the published statement." in each for each in captions(page))


def test_the_definition_the_order_of_the_parts_and_the_source_are_behind_the_line(app):
    about = captions(app("headlines", role=Role.PRESS_OFFICER, of="Failures"))
    assert any(
        each.startswith("Candour's definition, not part of the published statement. Failures in the scope")
        for each in about
    )
    order = "Each failure is counted once, in the first part that it fits: with harm, then administrative"
    assert any(order in each for each in captions(app("headlines", role=Role.PRESS_OFFICER, of="Service")))


def test_the_press_sees_published_numbers_and_no_true_step(app):
    for name in NAMES:
        page = app("headlines", role=Role.PRESS_OFFICER, of=name)
        assert not page.date_input
        assert "Not for the public" not in text(page)
        assert "24" not in re.findall(r"\b\d+\b", " ".join(captions(page)))
        assert (figures.UNEXPLAINED in captions(page)) is (name == "Staff")


def test_an_analyst_sees_the_true_steps_marked_as_not_for_the_public(app):
    def counted(name):
        return captions(app("headlines", role=Role.ANALYST, of=name))

    assert "Not for the public, as counted: 3,582 + 196 added to the register = 3,778." in counted(
        "In review"
    )
    assert "Not for the public, as counted: 11 + 3 new = 14." in counted("Administrative")


OCTOBER = "Release 1, 26 October 2023"


def test_any_release_can_be_compared_with_by_a_link(app):
    page = app("headlines", role=Role.PRESS_OFFICER, since=OCTOBER, of="In review")
    # A bound is no number to draw a line from.
    assert table(page, "slopes").iloc[0].tolist() == [
        "In review", "more than 3,500", "3,778", "not comparable",
    ]  # fmt: skip
    # Of the few that were removed a number that is only bounded tells nothing, and neither do we.
    added = "ome more applications were added, most of them following additional database checks"
    assert added in lines(page)[1]
    page = app("headlines", role=Role.PRESS_OFFICER, since=OCTOBER, of="Failures")
    assert f"{OCTOBER}, did not have this figure." in captions(page)
    assert lines(page) == [LINES["Failures"]]


def test_what_was_published_of_a_number_when_is_drawn_and_tabled(app):
    page = app("headlines", role=Role.PRESS_OFFICER, of="Referrals")
    assert any(alt.startswith("Referrals, ") and "1 on 26 October 2023" in alt for alt in charts(page))
    published = table(page, "said")
    assert published.iloc[:, 3].tolist() == ["1", "4", "4", "5"]
    assert published["Status"].tolist() == ["provisional", "provisional", "provisional", "final"]
    published = table(app("headlines", role=Role.PRESS_OFFICER), "said")
    assert published.iloc[:, 3].tolist() == ["more than 3,500", "3,582", "3,582", "3,778"]
    assert published["Published"].tolist() == ["26 Oct 2023", "30 Nov 2023", "11 Jan 2024", "22 May 2024"]


def test_fewer_than_three_numbers_are_written_and_not_drawn(app):
    page = app("headlines", role=Role.PRESS_OFFICER, of="Failures")
    assert len(charts(page)) == 1
    assert page.dataframe[0].value.iloc[:, 3].tolist() == ["25", "33"]
    assert "Failures: 25 to 33" in headlines(page)


def test_the_files_of_the_release_are_behind_three_buttons_and_in_the_menu(app):
    page = app("headlines", role=Role.PRESS_OFFICER)
    assert menus(page)[-3:] == ["Press notice", "Chart image", "Workbook"]
    assert {"Press notice", "Release workbook", "Web page"} <= {each.label for each in page.expander}
    # A picture shows one number: a part of a figure has none.
    assert menus(app("headlines", role=Role.PRESS_OFFICER, of="Service"))[-2:] == ["Press notice", "Workbook"]


@pytest.fixture
def shown(untouched, tmp_path, monkeypatch):
    """The page of a review whose last releases were withdrawn."""

    def page(withdrawn: int) -> AppTest:
        folder = shutil.copytree(untouched, tmp_path / "review")
        review = open_review(folder)
        releases = Releases(review.ledger, review.record)
        for each in releases.all()[-withdrawn:] if withdrawn else []:
            approver, why = Person("ann", "release approver"), "Its failures were miscounted."
            releases.step(each.id, Step.WITHDRAWN, approver, reason=why, seen=each.seen)
        review.ledger.engine.dispose()
        return opened(folder, monkeypatch)

    return page


def opened(folder, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    sign_in(folder, monkeypatch, Role.PRESS_OFFICER)
    page = AppTest.from_file(MAIN, default_timeout=60)
    open_at(page, "headlines")
    assert not page.exception
    return page


def test_a_withdrawn_release_is_not_to_be_repeated_and_the_one_before_it_stands(shown):
    page = shown(1)
    assert answer(page) == "Release 3, 11 January 2024, provisional."
    warning = (
        "Release 4, 22 May 2024 (withdrawn): do not repeat its figures. Reason: Its failures were miscounted."
    )
    assert warning in [each.value for each in page.warning]
    assert "Release 4, 22 May 2024 (withdrawn)" in page.selectbox(key="since").options
    assert page.selectbox(key="since").value == "Release 2, 30 November 2023"
    assert table(page, "said")["Status"].tolist()[-1] == "withdrawn"
    assert lines(page)[0] == "The review covers 3,582 applications (11 January 2024)."
    page.segmented_control(key="of").set_value("Failures").run()
    assert lines(page) == ["25 failures had been found by 11 January 2024."]


def test_a_withdrawn_release_is_compared_with_in_words_to_send_that_say_it_is_withdrawn(shown):
    page = shown(1)
    page.selectbox(key="since").set_value("Release 4, 22 May 2024 (withdrawn)").run()
    assert lines(page)[1] == "Release 4, 22 May 2024 (withdrawn): its figures are no longer to be used."
    assert any("Release 4 withdrawn" in each for each in badges(page))


def test_a_number_that_only_a_withdrawn_release_has_is_not_offered_to_send(shown):
    page = shown(2)
    page.segmented_control(key="of").set_value("Failures").run()
    assert lines(page) == []
    assert figures.NOT_CURRENT in [each.value for each in page.warning]


def test_a_release_with_another_digit_is_not_shown_though_every_digest_was_made_anew(
    untouched, tmp_path, monkeypatch
):
    folder = shutil.copytree(untouched, tmp_path / "review")
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as ledger, ledger:
        for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            ledger.execute(f"DROP TRIGGER {name}")
        frozen = "SELECT step, counted, told FROM release_frozen WHERE release = 4"
        step, counted, published = ledger.execute(frozen).fetchone()
        forged = published.replace('"shown":"33"', '"shown":"38"')
        assert forged != published
        digest = digest_of(counted, forged)
        ledger.execute("UPDATE release_frozen SET told = ?, digest = ? WHERE release = 4", (forged, digest))
        ledger.execute("UPDATE release_steps SET frozen = ? WHERE release = 4 AND step >= ?", (digest, step))
    page = opened(folder, monkeypatch)
    (error,) = page.error
    assert error.value == (
        "Release 4 cannot be verified, so nothing of it is shown: step 1 of it is not as the record has it. "
        "Do not use its figures. Have whoever looks after the ledger restore the last whole backup."
    )
    assert answer(page) == "Release 3, 11 January 2024, provisional."
    assert "38" not in text(page)


def test_when_every_release_is_withdrawn_no_figure_may_be_repeated(shown):
    page = shown(4)
    assert answer(page) == ALL_WITHDRAWN
    assert lines(page) == []
    assert len(page.warning) == 4


def test_before_the_first_release_the_page_says_so(demonstration, tmp_path, monkeypatch):
    review = new_review(tmp_path / "new", demonstration.folder / "terms.toml")
    with sealed_loading(review, demonstration.terms.began_on) as loading:
        loading.store(one_enquiry(demonstration.terms.began_on))
    review.ledger.engine.dispose()
    assert NOTHING in [each.value for each in opened(tmp_path / "new", monkeypatch).info]


@pytest.fixture
def public(demonstration, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    desk = services_of(demonstration.folder)
    visit = desk.visit(desk.welcome("reader", (Role.PRESS_OFFICER,), "test"))
    return Press(open_source(visit, "M")).public()


def told(public, demonstration, *figure):
    return [
        (each.release, each.words, each.number) for each in publications(public, demonstration.terms, *figure)
    ]


def test_a_figure_is_told_in_the_releases_that_have_it_first_to_last(public, demonstration):
    assert told(public, demonstration, "headcount", (), ()) == [
        ("Release 2", "36", 36), ("Release 3", "about 45", 45), ("Release 4", "about 45", 45),
    ]  # fmt: skip


def test_a_part_of_a_figure_has_its_own_history(public, demonstration):
    found = told(public, demonstration, "failures", ("part",), ("administrative",))
    assert found == [("Release 3", "11", 11), ("Release 4", "14", 14)]
    assert told(public, demonstration, "failures", ("part",), ("nothing",)) == []


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ([ROSE, ROSE, SAME], "Two numbers rose, one unchanged"),
        ([ROSE, FELL, SAME, WITHHELD], "One number rose, one fell, one unchanged, one not comparable"),
        ([SAME], "One number unchanged"),
        ([NEW, ROSE, WITHHELD], "One number rose, one not comparable, one new"),
        ([NEW], "Published for the first time"),
        ([ROSE] * 11, "11 numbers rose"),
    ],
)
def test_the_title_counts_how_many_rose_fell_and_did_neither(numbers, title):
    assert slopes_title(numbers) == title


def publication(words, *, current=True):
    day = dt.date(2024, 1, 11)
    return Publication(day, "Release 1", words, 1, current, "final" if current else "withdrawn", day)


def test_the_title_of_a_number_over_time_has_the_first_and_the_last_that_stand():
    assert history_title(
        "Failures", [publication("25"), publication("40", current=False), publication("33")]
    ) == ("Failures: 25 to 33")
    assert history_title("Failures", [publication("25"), publication("25")]) == "Failures: 25"
    assert history_title("Failures", [publication("40", current=False)]) == "Failures: 40"


def revision(kind, why="8 more"):
    means = MEANS[kind].format(earlier="January's figure")
    words = dict.fromkeys(("figure", "title", "before", "after", "scale", "sentence"), "")
    return Revision(kind=kind, why=why, means=means, explained=True, **words)


def test_a_badge_says_what_kind_of_change_it_is_and_makes_up_none():
    assert badge(revision("update")) == "January's figure was right at the time"
    assert badge(revision("revision")) == "Revised after later checks"
    assert badge(revision("correction")) == "Corrected: the earlier figure was wrong"
    assert badge(revision("the same")) == "Both releases give the same figure"
    for why in NO_REASON:
        assert badge(revision("update", why)) == UNKNOWN
    for kind in MEANS.keys() - {"update", "revision", "correction", "the same"}:
        assert badge(revision(kind)) == "May be unchanged"
