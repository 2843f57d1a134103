"""The releases page, as each of its readers: one release from its draft to the public, and what is refused."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from data import releases as kept
from data.publishing.release import Release
from data.publishing.states import Step
from data.releases import Releases
from data.review import open_review
from service.releases.publishing import Press
from service.view import open_source
from tests.pages.conftest import MAIN, open_at, sign_in

CHIEF, ANALYST, PRESS, APPROVER = (
    Role.CHIEF_OFFICER,
    Role.ANALYST,
    Role.PRESS_OFFICER,
    Role.RELEASE_APPROVER,
)
NOTE = "Later figures: the review found further failures and assessed every application."
REASON = "for the tests of this page"
# The day after the clocks have gone back, so that the embargo's night has one hour twice.
NOW = dt.datetime(2040, 10, 27, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(scope="module")
def folder(untouched: Path, tmp_path_factory) -> Path:
    return Path(shutil.copytree(untouched, tmp_path_factory.mktemp("releases") / "review"))


@pytest.fixture
def clock(monkeypatch):
    def set_to(moment: dt.datetime) -> None:
        monkeypatch.setattr(kept, "_now", lambda: moment)

    return set_to


@pytest.fixture
def visit(folder, monkeypatch, clock) -> Callable[..., AppTest]:
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    clock(NOW)

    def opened(role: Role, release: str = "", tab: str = "") -> AppTest:
        sign_in(folder, monkeypatch, role)
        page = AppTest.from_file(MAIN, default_timeout=60)
        for name, value in {"release": release, "tab": tab}.items():
            if value:
                page.query_params[name] = value
        open_at(page, "releases")
        assert not page.exception, page.exception[0].stack_trace
        return page

    return opened


def releases_of(folder: Path) -> list[Release]:
    review = open_review(folder)
    found = Releases(review.ledger, review.record).all()
    review.ledger.engine.dispose()
    return found


def press_of(folder: Path, role: Role) -> Press:
    desk = services_of(folder)
    return Press(open_source(desk.visit(desk.welcome("reader", (role,), "test")), "M"))


def click(page: AppTest, label: str) -> AppTest:
    next(each for each in page.button if each.label == label).click()
    page.run()
    assert not page.exception, page.exception[0].stack_trace
    return page


def turn(page: AppTest, tab: str) -> AppTest:
    page.session_state["tab"] = tab
    page.run()
    assert not page.exception, page.exception[0].stack_trace
    return page


def said(page: AppTest) -> str:
    parts = (page.header, page.markdown, page.caption, page.warning, page.error, page.success, page.info)
    return "\n".join(str(each.value) for part in parts for each in part)


def numbers(page: AppTest) -> dict[tuple[str, str], str]:
    table = next(each.value for each in page.dataframe if "The public sees" in each.value.columns)
    return {(row["Figure"], row["Of"]): row["The public sees"] for row in table.to_dict("records")}


DATED = "25 December 2023: Christmas week: most staff were on leave"
UNREACHED = "People who could not be reached"


@pytest.mark.long
def test_a_release_goes_from_its_draft_to_the_public_by_two_people(visit, folder, clock):
    drafted(visit)
    decided(visit)
    reviewed(visit, folder)
    published(visit, folder, clock)


def drafted(visit):
    page = visit(ANALYST, "Write a new release")
    assert "4 releases are public; none is on its way." in said(page)
    page.text_input(key="draft_new_title").set_value("Figures at the end of May")
    figures = page.multiselect(key="draft_new_figures")
    figures.set_value([*figures.value, UNREACHED])
    page.selectbox(key="draft_new_when").set_value("at a set time (an embargo)")
    page.date_input(key="draft_new_embargo_day").set_value(dt.date(2040, 10, 28))
    page.text_input(key="draft_new_embargo_time").set_value("01:30")
    click(page, "Save as a draft")
    assert "There are two moments of 01:30:00 on 28 October 2040" in said(page)
    assert page.text_input(key="draft_new_title").value == "Figures at the end of May"
    page.selectbox(key="draft_new_embargo_which").set_value("the second, after the clocks have gone back")
    click(page, "Save as a draft")
    assert "Release 5 is saved as a draft." in said(page)
    # What was published exactly a week before, and is unchanged, is told again as it was.
    assert numbers(page)["Applications in the review", ""] == "3,778 applications"
    assert numbers(page)["Failures with harm", ""] == "2 failures"
    assert numbers(page)[UNREACHED, ""] == "*"
    table = next(each.value for each in page.dataframe if "The public sees" in each.value.columns)
    true = dict(zip(table["Figure"] + table["Of"], table["True figure, not for publication"], strict=True))
    assert (true["Applications in the review"], true[UNREACHED]) == ("3,778 applications", "4 people")
    assert "The note is missing. For an update it says what changed and why." in said(page)
    assert next(each for each in page.button if each.label == "Submit for review").disabled
    turn(page, "Edit").text_area(key="draft_5_1_note").set_value(NOTE)
    page.multiselect(key="draft_5_1_notes").set_value([DATED])
    click(page, "Save the draft")
    assert "Release 5 is saved as you wrote it." in said(page)
    turn(page, "Figures")
    assert "Nothing stands in the way of submitting it." in said(page)
    assert f"- {DATED}" in said(page)


def decided(visit):
    page = visit(CHIEF, "Release 5")
    assert "Submit for review" not in {each.label for each in page.button}
    page.selectbox(key="small_5_True_cell").set_value(f"{UNREACHED}: true figure 4, not for publication")
    page.text_input(key="small_5_True_reason").set_value("short")
    click(page, "Tell it exactly")
    assert "Give the reason in one line of 10 to 400 characters." in said(page)
    page.text_input(key="small_5_True_reason").set_value("the public was told this number in January")
    click(page, "Tell it exactly")
    assert numbers(page)[UNREACHED, ""] == "4 people"
    assert "decided by reader as chief officer, chief officer. the public was told this number" in said(page)


def reviewed(visit, folder):
    page = visit(ANALYST, "Release 5")
    click(page, "Submit for review")
    assert "Release 5 is submitted: it waits for an approver." in said(page)
    assert "Approve" not in {each.label for each in page.button}
    assert "Release 5" not in visit(PRESS).selectbox(key="release").options

    page = visit(APPROVER)  # who begins at what waits for an approver
    digest = releases_of(folder)[-1].frozen
    assert page.selectbox(key="release").value == "Release 5"
    assert f"You approve exactly what has this digest: {digest}" in said(page)
    assert numbers(page)[UNREACHED, ""] == "4 people"
    click(page, "Approve")
    assert "EMBARGOED until 01:30:00 GMT on 28 October 2040." in said(page)
    turn(page, "Early access").text_input(key="look_5_reader").set_value("Reader as Press Officer")
    page.text_input(key="look_5_reason").set_value(REASON)
    click(page, "Put it on the list")
    assert "Who may see it before it is public: 1 may look" in said(page)


def published(visit, folder, clock):
    page = visit(PRESS, "Release 5")
    assert "EMBARGOED until 01:30:00 GMT on 28 October 2040." in said(page)
    assert numbers(page)["Applications in the review", ""] == "3,778 applications"
    assert not any("True figure, not for publication" in each.value.columns for each in page.dataframe)
    looks = next(
        each.value
        for each in turn(visit(APPROVER, "Release 5"), "Early access").dataframe
        if list(each.value.columns)[-1] == "Role"
    )
    assert looks["Role"].to_list() == [APPROVER, PRESS, APPROVER]

    ends = dt.datetime(2040, 10, 28, 1, 30, tzinfo=dt.UTC)
    for moment, public in ((ends - SECOND, 4), (ends, 5), (ends + SECOND, 5)):
        clock(moment)
        press = press_of(folder, PRESS)
        assert len(press.public()) == public
    page = visit(PRESS, "Release 5")
    assert "Public since 01:30:00 GMT on 28 October 2040, approved by reader as release approver." in said(
        page
    )
    assert "EMBARGOED" not in said(page)
    assert "5 releases are public; none is on its way." in said(page)

    page = visit(ANALYST, "Release 5", "Change")
    click(page, "Begin a new version")
    assert page.selectbox(key="release").value == "Release 5, version 2"
    assert releases_of(folder)[-1].draft.nature == "revision"


def test_an_approver_overrules_an_alarm_of_the_note_by_reason_or_sends_it_back(visit, folder):
    page = visit(ANALYST, "Write a new release")
    page.text_input(key="draft_new_title").set_value("Figures with an alarm")
    page.text_area(key="draft_new_note").set_value(
        "In January we said that 3,778 applications had been risk assessed."
    )
    click(page, "Save as a draft")
    release = releases_of(folder)[-1]
    assert "The statement check objects to 1 statement of the title or note." in said(page)
    click(page, "Submit for review")

    page = visit(APPROVER, release.name)
    assert "The title or note says “3,778”" in said(page)
    sent_back = page.text_input(key=f"return_{release.id}_reason").value
    assert sent_back.startswith("The statement check is right: The title or note says “3,778”")
    click(page, "Approve")
    assert "Decide on every alarm of the statement check first" in said(page)
    page.text_input(key=f"overrule_{release.id}_2_1").set_value(
        "January's statement was quoted from the press"
    )
    click(page, "Approve")
    assert f"{release.name} is approved." in said(page)
    turn(page, "History")
    history = next(table.value for table in page.dataframe if "Step" in table.value.columns)
    assert "January's statement was quoted from the press" in history["Why"].iloc[-1]


def test_who_looks_at_what_has_been_moved_since_is_told_and_loses_nothing(visit, folder):
    page = visit(ANALYST, "Write a new release")
    click(page, "Save as a draft")
    release = releases_of(folder)[-1]
    key = f"draft_{release.id}_1"
    turn(page, "Edit").text_area(key=f"{key}_note").set_value("What I typed")
    review = open_review(folder)
    kept_ = Releases(review.ledger, review.record)
    other = release.draft.model_copy(update={"note": "What another wrote"})
    by = press_of(folder, ANALYST)._person("drafts of releases", "test")
    kept_.step(release.id, Step.EDITED, by, draft=other, seen=1)
    review.ledger.engine.dispose()
    click(page, "Save the draft")
    assert f"{release.name} has changed since you loaded this page: load it again." in said(page)
    assert page.text_area(key=f"{key}_note").value == "What I typed"
    click(page, "Load it again")
    assert page.text_area(key=f"draft_{release.id}_2_note").value == "What another wrote"


@pytest.mark.long
def test_a_statement_that_a_press_officer_enters_stands_once_an_approver_has_confirmed_it(visit, folder):
    entered = typed(visit, folder)
    assert "To be confirmed by a release approver other than reader as press officer" in said(visit(PRESS))
    assert entered.id not in {each.release.id for each in press_of(folder, PRESS).public()}
    confirmed(visit, folder, entered)
    corrected(visit, folder, entered)


def typed(visit, folder) -> Release:
    page = visit(PRESS, "Enter a statement made elsewhere")
    page.multiselect(key="enter_new_figures").set_value(
        ["Applications in the review", "Failures found"]
    ).run()
    page.selectbox(key="enter_new_population__qualifier").set_value("more than")
    page.number_input(key="enter_new_population__number").set_value(3500)
    page.date_input(key="enter_new_as_at").set_value(dt.date(2024, 5, 22))
    click(page, "Enter it")
    assert "Type the number of Failures found, or take it out of the figures." in said(page)
    page.number_input(key="enter_new_failures__number").set_value(34)
    page.text_input(key="enter_new_title").set_value("A radio interview")
    click(page, "Enter it")
    assert "Say where the statement was published." in said(page)
    assert page.number_input(key="enter_new_failures__number").value == 34
    page.text_input(key="enter_new_place").set_value("Local radio")
    click(page, "Enter it")
    entered = releases_of(folder)[-1]
    assert f"Entered as {entered.name}: it is to be confirmed by a release approver" in said(page)
    assert numbers(page) == {
        ("Applications in the review", ""): "more than 3,500 applications",
        ("Failures found", ""): "34 failures",
    }
    assert "Confirm it" not in {each.label for each in page.button}
    table = next(each.value for each in page.dataframe if "How" in each.value.columns)
    assert set(table["How"]) == {"typed"}
    return entered


def confirmed(visit, folder, entered):
    page = visit(APPROVER, entered.name)
    table = next(each.value for each in page.dataframe if "The public sees" in each.value.columns)
    assert table["True figure, not for publication"].to_list() == ["3,778 applications", "33 failures"]
    click(page, "Confirm it")
    assert f"{entered.name} is confirmed: it stands as published elsewhere." in said(page)
    found = next(each for each in press_of(folder, PRESS).public() if each.release.id == entered.id)
    assert found.published.figure_of("failures").whole.shown == "34"


def corrected(visit, folder, entered):
    page = visit(PRESS, entered.name, "Change")
    key = f"enter_{entered.id}"
    assert page.number_input(key=f"{key}_population__number").value == 3500
    page.number_input(key=f"{key}_failures__number").set_value(33)
    click(page, "Enter it")
    again = releases_of(folder)[-1]
    assert (again.name, again.origin) == (f"{entered.name}, version 2", "elsewhere")
    assert numbers(turn(page, "Figures"))["Failures found", ""] == "33 failures"
    assert "amended by a new version" not in said(visit(PRESS, entered.name))
    page = visit(APPROVER, again.name)
    page.text_input(key=f"reject_{again.id}_reason").set_value(REASON)
    click(page, "Reject it")
    assert f"Rejected by reader as release approver, and never public: {REASON}" in said(
        visit(PRESS, again.name)
    )
    page = visit(PRESS, entered.name, "Change")
    page.number_input(key=f"{key}_failures__number").set_value(33)
    click(page, "Enter it")
    click(visit(APPROVER, again.name), "Confirm it")
    assert "amended by a new version" in said(visit(PRESS, entered.name))


def test_a_strip_of_time_has_each_release_with_its_state_and_its_days(app):
    page = app("releases", role=PRESS)
    alt = page.get("plotly_chart")[0].proto.alt
    assert alt.startswith(
        "Releases over time: Release 4 published on 22 May 2024; Release 3 published on 11 "
    )
    page.segmented_control(key="form_strip").set_value("Table").run()
    assert page.dataframe[0].value["State"].tolist() == ["Published elsewhere"] * 4


@pytest.mark.parametrize(
    ("role", "tabs"),
    [
        (CHIEF, ["Figures", "Files", "History"]),
        (ANALYST, ["Figures", "Change", "Files", "History"]),
        (PRESS, ["Figures", "Change", "Files", "History"]),
        (APPROVER, ["Figures", "Change", "Files", "History"]),
    ],
)
def test_a_reader_has_the_tabs_in_which_there_is_something_to_see_or_do(app, role, tabs):
    page = app("releases", role=role, release="Release 4")
    assert [tab.label for tab in page.tabs] == tabs


def test_an_address_opens_a_tab_of_a_release(app):
    page = app("releases", role=PRESS, release="Release 2", tab="History")
    steps = next(each.value for each in page.dataframe if "Step" in each.value.columns)
    assert steps["Step"].tolist() == ["Entered", "Confirmed"]
    assert not any("The public sees" in each.value.columns for each in page.dataframe)
