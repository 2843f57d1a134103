"""Saved views on the pages: what is saved is what is seen, and a link to it shows the same numbers."""

import shutil
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from data.connection import changing
from pages.shell import current_user
from pages.widgets import saved_views
from service.markdown import plain
from tests.pages.conftest import MAIN, go_to, open_at
from tests.pages.reading import cards, days

CHIEF, ANALYST, PRESS, APPROVER, _, AUDITOR = Role


@pytest.fixture(scope="module")
def copied(untouched, tmp_path_factory):
    """A copy of the demonstration, on whose dated pages the header has a menu with saved views."""
    return Path(shutil.copytree(untouched, tmp_path_factory.mktemp("saved") / "review"))


@pytest.fixture
def folder(copied, monkeypatch):
    """The copy without any saved view."""
    monkeypatch.setenv("CANDOUR_REVIEW", str(copied))
    ledger = services_of(copied).review.ledger
    with changing(ledger.engine) as connection:
        connection.execute(ledger.tables.saved_views.delete())
    return copied


@pytest.fixture
def visit(folder, monkeypatch):
    def visit(page: str = "", *, role: Role = ANALYST, who: str = "reader", **query) -> AppTest:
        token = services_of(folder).welcome(who, (role,), "test")
        monkeypatch.setattr(current_user, "token", lambda: token)
        test = AppTest.from_file(MAIN, default_timeout=60)
        test.query_params.update(query)
        open_at(test, page)
        assert not test.exception, test.exception[0].stack_trace
        return test

    return visit


def save(page: AppTest, name: str, share: Role | None = None) -> AppTest:
    page.text_input(key="saved_view_name").set_value(name)
    page.selectbox(key="saved_view_share").set_value(share or "")
    return button(page, "Save this view").click().run()


def button(page: AppTest, label: str):
    return next(each for each in page.button if each.label == label)


def links(page: AppTest) -> dict[str, object]:
    drawn = [each.proto for each in page.get("page_link")]
    return {link.label: link for link in drawn if "followed=" in link.query_string}


def follow(page: AppTest, label: str) -> AppTest:
    """Click a link as the browser does: its query is sent with its page, also if the page is open already."""
    link = links(page)[label]
    page.query_params = parse_qs(link.query_string)
    page._page_hash = link.page_script_hash
    page.run()
    assert not page.exception
    return page


def numbers(page: AppTest) -> list:
    return [cards(page), [frame.value.to_dict("list") for frame in page.dataframe]]


CHOSEN = {"as_at": "2024-01-11", "known": "then", "area": ["north", "east"]}


def test_a_view_is_saved_and_found_again_in_another_session_with_the_same_numbers(visit):
    page = visit("failures", split="Route", **CHOSEN)
    seen, address = numbers(page), dict(page.query_params)
    save(page, "East and north")
    assert "Saved: East and north." in [each.value for each in page.success]
    other = visit("progress")
    assert list(links(other)) == ["East and north · Failures"]
    follow(other, "East and north · Failures")
    assert other.title[0].value == "Failures"
    assert days(other) == "As at 11 Jan 2024, as known then"
    assert numbers(other) == seen
    assert dict(other.query_params) == address


def stored(folder, role: Role = ANALYST):
    services = services_of(folder)
    visit = services.visit(services.welcome("reader", (role,), "test"))
    return services.saved_views.listed(visit, saved_views._pages()[role])


def address_of(page: AppTest) -> dict[str, list[str]]:
    return {name: [texts] if isinstance(texts, str) else texts for name, texts in page.query_params.items()}


def test_what_is_saved_is_what_is_chosen_now_and_not_at_first(visit, folder):
    page = visit("failures", **CHOSEN)
    page.multiselect(key="area").set_value(["west"]).run()
    # A choice and the click that saves it may come to the server as one.
    page.selectbox(key="split").set_value("Route")
    save(page, "West")
    (view,) = stored(folder)
    assert view.choices == address_of(page)
    assert (view.choices["area"], view.choices["split"]) == (["west"], ["Route"])
    assert (view.choices["known"], view.page) == (["then"], "Failures")


def test_a_view_as_known_now_keeps_the_day_that_it_was_known_on(visit, folder):
    save(visit("staffing"), "Staff")
    (view,) = stored(folder)
    assert (view.choices["known"], view.choices["known_on"]) == (["on a day"], ["2024-05-30"])


def test_a_view_of_the_page_that_is_open_takes_effect_and_does_so_again(visit):
    page = save(visit("failures", split="Route", **CHOSEN), "East and north")
    seen, label = numbers(page), "East and north · Failures"
    for _ in range(2):
        page.multiselect(key="area").set_value([]).run()
        page.selectbox(key="split").set_value("Area").run()
        assert numbers(page) != seen
        follow(page, label)
        assert numbers(page) == seen
        assert "followed" not in page.query_params


def test_a_click_that_sends_the_followed_link_again_keeps_its_own_choice(visit):
    page = save(visit("progress", **CHOSEN), "East and north")
    sent = parse_qs(links(page)["East and north · Progress"].query_string)
    follow(page, "East and north · Progress")
    page.query_params = sent
    page.multiselect(key="area").set_value(["west"]).run()
    assert page.query_params["area"] == "west"
    page.query_params = sent
    go_to(page, "failures")
    assert page.query_params["area"] == "west"


def test_two_views_are_followed_one_after_the_other_before_the_page_is_drawn_anew(visit):
    page = save(visit("progress", **CHOSEN), "First")
    page.multiselect(key="area").set_value(["west"]).run()
    save(page, "Second")
    drawn = links(page)
    follow(page, "First · Progress")
    assert page.query_params["area"] == ["north", "east"]
    page.query_params = parse_qs(drawn["Second · Progress"].query_string)
    page.run()
    assert page.query_params["area"] == "west"


def test_a_link_that_was_copied_opens_a_session_of_its_own(visit):
    page = save(visit("failures", split="Route", **CHOSEN), "East and north")
    seen, sent = numbers(page), parse_qs(links(page)["East and north · Failures"].query_string)
    other = visit("failures", **sent)
    assert numbers(other) == seen
    follow(other, "East and north · Failures")
    assert numbers(other) == seen


def test_a_view_of_the_first_page_is_followed_to_the_root(visit):
    page = save(visit(role=CHIEF, **CHOSEN), "First page")
    seen = numbers(page)
    other = follow(visit("staffing", role=CHIEF), "First page · Overview")
    assert other.title[0].value == "Overview"
    assert numbers(other) == seen


def test_a_shared_view_is_seen_by_its_role_with_the_same_numbers(visit):
    page = save(visit("failures", **CHOSEN), "For the chief", CHIEF)
    assert list(links(page)) == ["For the chief · Failures · shared with chief officer"]
    chief = visit("failures", role=CHIEF, who="chief")
    label = "For the chief · Failures · shared by analyst"
    assert list(links(chief)) == [label]
    assert not [each for each in chief.button if each.label == "Remove"]
    follow(chief, label)
    assert address_of(chief)["area"] == ["north", "east"]
    assert cards(chief) == cards(page)
    for role in (ANALYST, APPROVER):
        assert not links(visit("failures", role=role, who="other"))


def test_nobody_shares_with_a_role_that_may_not_open_the_page(visit):
    for page in ("failures", "definitions"):
        offered = visit(page).selectbox(key="saved_view_share").options
        assert offered == ["Nobody", "chief officer", "analyst", "release approver"]


@pytest.mark.parametrize(("role", "page"), [(PRESS, ""), (PRESS, "definitions"), (AUDITOR, "definitions")])
def test_who_sees_no_figures_sees_no_saved_views(visit, role, page):
    save(visit("failures"), "Mine", CHIEF)
    opened = visit(page, role=role)
    assert not links(opened)
    assert not [each for each in opened.text_input if each.key == "saved_view_name"]


def test_a_name_is_used_again_only_once_the_reader_says_so(visit, folder):
    page = save(visit("failures", **CHOSEN), "East")
    page.multiselect(key="area").set_value(["west"]).run()
    save(page, "East", CHIEF)
    assert page.warning[-1].value.startswith("You have a saved view of this name.")
    assert stored(folder)[0].choices["area"] == ["north", "east"]
    button(page, "Replace it").click().run()
    assert page.success[0].value == "Saved: East."
    (view,) = stored(folder)
    assert (view.choices["area"], view.shared_with) == (["west"], CHIEF)


def test_the_owner_removes_a_view(visit, folder):
    page = save(visit("failures"), "East")
    button(page, "Remove").click().run()
    assert not links(page)
    assert stored(folder) == []


@pytest.mark.parametrize("name", ["", "DV/15/00001", "about dv/15/00001", "a\N{ZERO WIDTH SPACE}b"])
def test_a_name_that_is_refused_is_said_to_be_and_nothing_is_saved(visit, folder, name):
    page = save(visit("failures"), name)
    assert len(page.error) == 1
    assert stored(folder) == []


@pytest.mark.parametrize(
    "name", ["**x** [y](http://evil) <b>", "'); DROP TABLE saved_views; --", ":red[x] $y$"]
)
def test_a_hostile_name_is_drawn_as_its_words(visit, name):
    page = save(visit("failures", **CHOSEN), name)
    label = plain(f"{name} · Failures")
    assert label in links(page)
    assert page.success[0].value == f"Saved: {plain(name)}."
    follow(visit("progress"), label)


def test_a_view_whose_choice_is_no_longer_there_says_so_and_shows_nothing_in_its_place(visit, folder):
    services = services_of(folder)
    reader = services.visit(services.welcome("reader", (ANALYST,), "test"))
    services.saved_views.save(reader, "Gone", "Failures", {"area": ["nowhere"]}, pages=saved_views._pages())
    page = follow(visit("progress"), "Gone · Failures")
    assert "“nowhere”" in page.error[0].value
    assert not page.metric


def test_a_page_that_is_not_drawn_to_its_end_saves_nothing(visit, folder, monkeypatch):
    page = visit("failures")

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("pages.failures.draw", fail)
    page.text_input(key="saved_view_name").set_value("East")
    button(page, "Save this view").click().run()
    assert stored(folder) == []
