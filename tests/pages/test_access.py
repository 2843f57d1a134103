"""Who sees what of the service and the pages, and whether every cell of every way in is tried."""

import dataclasses
import datetime as dt
import inspect
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Permission, Role, permitted
from access.services import Services, services_of
from access.sessions import Sessions
from access.settings import Limits
from access.visit import Refused, Visit
from data.errors import UserError
from data.notes import Note
from data.publishing.content import Bound, Draft, Override
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE
from metrics.decisions import Decision
from metrics.dimensions import dimension
from metrics.metric import Metric
from pages.registry import REGISTRY, needs
from pages.shell import current_user
from pages.shell.filters import NARROWED_BY
from reports.exports import EXPORTS
from service.decisions import decide, decisions
from service.events import events, notes, write_note
from service.forecast import finish, promised_until
from service.releases.publishing import Press
from service.view import Source, View, open_source
from tests.pages.canary import CASE, DAY, STAFF
from tests.pages.conftest import MAIN, THERE, go_to
from tests.pages.matrix import (
    ADDRESSES,
    ANALYST,
    APPROVER,
    CACHED,
    CHIEF,
    DECISIONS_TAKEN,
    ENDED,
    FIRST,
    LEAVES,
    NEVER,
    NOTES_WRITTEN,
    PAGES,
    PRESS,
    ROWS,
    RUN_OUT,
    SERVICE_WAYS,
    STAFF_NAMED,
    STEWARD,
    TURNED,
    WORDS,
    files,
    messages,
    requests,
)

FIGURES = PAGES["Overview"]
LOADS = PAGES["Data"]
DAY_BEFORE = dt.date(2024, 5, 30)


@dataclass(frozen=True)
class Thing:
    """One thing that a page, a callback or the export door may ask the service for."""

    name: str
    roles: set[Role]
    ask: Callable[[View], pl.DataFrame | list[str] | object]


def things() -> Iterator[Thing]:
    """Yield everything that the service gives out."""
    days = [DAY_BEFORE - dt.timedelta(days=7), DAY_BEFORE]
    for each in CATALOGUE:
        name = each.name
        yield Thing(f"figure {name}", FIGURES, lambda view, name=name: view.figure(name))
        if isinstance(each, Metric):
            yield Thing(
                f"course of {name}", FIGURES, lambda view, name=name: view.course(name, days, then=False)
            )
            yield Thing(f"rows behind {name}", ROWS, lambda view, name=name: view.behind(name))
    for name in ("failures", "failure_rate", "backlog"):
        yield Thing(f"{name} by area", FIGURES, lambda view, name=name: view.result(name, by=["area"]))
        yield Thing(f"{name} by month", FIGURES, lambda view, name=name: view.result(name, every="1mo"))
    yield Thing("what is drawn of a view", FIGURES, lambda view: view.once("drawn", lambda: ["line"]))
    yield Thing("numbers of figures", FIGURES, lambda view: view.counts("failures", "backlog"))
    for name in NARROWED_BY:
        roles = FIGURES & STAFF_NAMED if dimension(name).staff else FIGURES
        yield Thing(f"values of {name}", roles, lambda view, name=name: view.source.values(name))
    for name in ("officer", "investigator"):
        named, one = FIGURES & STAFF_NAMED, ((name, ("OF-1",)),)
        by, where = [name], [(name, "OF-1")]
        yield Thing(f"findings by {name}", named, lambda view, by=by: view.result("findings_decided", by=by))
        yield Thing(f"every finding by {name}", named, lambda view, by=by: view.results("findings", by))
        yield Thing(
            f"findings by {name} over time", named,
            lambda view, name=name: view.split_course("findings_decided", name, days, then=False),
        )  # fmt: skip
        yield Thing(
            f"findings of one {name}", named,
            lambda view, one=one: replace(view, filters=one).figure("findings_decided"),
        )  # fmt: skip
        yield Thing(
            f"rows of one {name}",
            ROWS & STAFF_NAMED,
            lambda view, where=where: view.behind("findings_decided", where),
        )
        yield Thing(
            f"rows narrowed to one {name}", ROWS & STAFF_NAMED,
            lambda view, one=one: replace(view, filters=one).behind("findings_decided"),
        )  # fmt: skip
    yield Thing("days waited", FIGURES, lambda view: view.ages("backlog", [("grade", "high")]))
    yield Thing(
        "people by state over time",
        FIGURES,
        lambda view: view.split_course("people_to_contact", "state", days, then=True),
    )
    yield Thing("promises", FIGURES, lambda view: view.promises())
    for subject in ("referrals", "investigated", "recommendations", "people"):
        yield Thing(f"lives of {subject}", ROWS, lambda view, subject=subject: view.life(subject))
    for table in ("reviews", "people_investigated", "contact_states"):
        yield Thing(f"rows of {table}", ROWS, lambda view, table=table: view.table(table))
    yield Thing("history of one case", ROWS, lambda view: view.case_file(CASE))
    for name in ("failures", "backlog", "people_investigated"):
        yield Thing(f"bridge of {name}", FIGURES, lambda view, name=name: view.bridge(name))
        yield Thing(f"changes of {name}", FIGURES, lambda view, name=name: view.added_and_removed([name]))
        yield Thing(f"rows moved in {name}", ROWS & FIGURES, lambda view, name=name: view.moved(name))
    yield Thing("every figure by area", FIGURES, lambda view: view.results("cases", ["area"]))
    yield Thing("dimensions", FIGURES, lambda view: view.dimensions("cases"))
    yield Thing("rejected cases", FIGURES, lambda view: view.source.rejected(DAY_BEFORE))
    yield Thing("finish", FIGURES, finish)
    yield Thing("last extract", FIGURES, lambda view: view.extract_day("reviews"))
    yield Thing("promises of a kind", FIGURES, lambda view: promised_until(view, "finish by a day"))
    yield Thing("what requests ask for", FIGURES, lambda view: view.requests())
    yield Thing("reviews by reviewer", STAFF_NAMED, lambda view: view.by_reviewer())
    yield Thing("notes of loads", FIGURES, lambda view: view.source.notes())
    yield Thing("loads", LOADS, lambda view: view.source.register("loads"))
    yield Thing("receipts", LOADS, lambda view: view.source.register("receipts"))
    yield Thing("quarantine", LOADS, lambda view: view.source.register("quarantine"))
    for what in ("loads", "receipts", "quarantine"):
        yield Thing(
            f"every load: {what}", LOADS, lambda view, what=what: view.source.register(what, superseded=True)
        )
    yield from things_of_the_press()
    yield from things_of_the_notes()
    yield from things_of_the_decisions()
    for table in ("applications", "reviews", "failures"):
        yield Thing(f"changes in {table}", ROWS, lambda view, table=table: changed(view, table))


def things_of_the_press() -> Iterator[Thing]:
    """Yield everything that may be asked of releases; a move is tried on one that is not there."""
    told = {CHIEF, ANALYST, PRESS, APPROVER}
    draft = Draft(
        title="t", as_at=DAY, known_at=DAY, status="final", nature="update", figures=(Bound(figure="no"),)
    )
    cell = Override(figure="no", who="", role="", reason="for the test", at="")
    for name, roles, ask in (
        ("releases", told, lambda press: press.releases()),
        ("what is public", told, lambda press: press.public()),
        ("releases that cannot be verified", told, lambda press: press.unverified()),
        ("one release", told, lambda press: press.release(1)),
        ("what one tells", told, lambda press: press.published(1)),
        ("what was counted", FIGURES, lambda press: press.counted(1)),
        ("what a draft comes to", FIGURES, lambda press: press.counted_draft(NONE)),
        ("a draft", {ANALYST}, lambda press: press.draft(draft)),
        ("an edit", {ANALYST}, lambda press: press.edit(NONE, draft, seen=1)),
        ("a submission", {ANALYST}, lambda press: press.submit(NONE, seen=1)),
        ("an end", {ANALYST}, lambda press: press.abandon(NONE, "for the test", seen=1)),
        ("a return", {APPROVER}, lambda press: press.send_back(NONE, "for the test", seen=1)),
        ("an approval", {APPROVER}, lambda press: press.approve(NONE, seen=1)),
        ("a recall", {APPROVER}, lambda press: press.recall(NONE, "for the test", seen=1)),
        ("a withdrawal", {APPROVER}, lambda press: press.withdraw(NONE, "for the test", seen=1)),
        ("early access", {APPROVER}, lambda press: press.let_look(NONE, "x", "for the test", given=True)),
        ("who looked early", {APPROVER}, lambda press: press.early_views(1)),
        ("who may look early", FIGURES, lambda press: press.early_readers(1)),
        ("a small number", {CHIEF}, lambda press: press.override(NONE, cell)),
        ("small numbers", FIGURES, lambda press: press.overrides(1)),
        (
            "a statement",
            {ANALYST, PRESS},
            lambda press: press.enter(press.published(1), press.now, amends=NONE),
        ),
        ("a confirmation", {APPROVER}, lambda press: press.confirm(NONE, seen=1)),
        ("a rejection", {APPROVER}, lambda press: press.reject(NONE, "for the test", seen=1)),
        ("a statement beside the register", FIGURES, lambda press: press.register_inputs(1)),
        ("decisions of an author", FIGURES, lambda press: press.own_decisions(1)),
        ("what a draft is compared with", told, lambda press: press.comparable()),
        ("a check of a draft", told, lambda press: press.check("It found 3.", DAY, [])),
        ("alarms of the check", FIGURES, lambda press: press.alarms(1)),
    ):
        yield Thing(f"releases: {name}", roles, lambda view, ask=ask: asked_of(ask, Press(view.source)))


def things_of_the_notes() -> Iterator[Thing]:
    """Yield everything that may be asked of notes; one that is written is refused for its day."""
    note, day = Note(1, 1, DAY, "w", (), "analyst", DAY), dt.date(1900, 1, 1)
    yield Thing("notes: every version", FIGURES, lambda view: view.source.dated_notes())
    yield Thing("notes: known", FIGURES, notes)
    yield Thing("notes: among events", FIGURES, events)
    for name, write in (
        ("a new one", lambda source: write_note(source, day, "A team was trained")),
        ("a new version", lambda source: write_note(source, day, "A team was trained", seen=note)),
    ):
        ask = lambda view, write=write: asked_of(write, view.source)  # noqa: E731
        yield Thing(f"notes: {name}", NOTES_WRITTEN, ask)


def things_of_the_decisions() -> Iterator[Thing]:
    """Yield everything that may be asked of decisions; one that is taken is refused for its note."""
    harm = Decision(
        kind="harm", title="", sentence="", count=1, since=DAY, begun=DAY, newest=DAY, owner="none"
    )
    yield Thing("decisions: every step", FIGURES, lambda view: view.source.decision_steps())
    yield Thing("decisions: of a view", FIGURES, lambda view: decisions(view, []))
    for role in (CHIEF, ANALYST):
        for name, to_role in (("taken", ""), ("assigned", "analyst")):
            own = replace(harm, owner=role)
            ask = lambda view, own=own, to_role=to_role: asked_of(  # noqa: E731
                lambda source: decide(source.view(Clocks(DAY, DAY), {}), own, "", to_role), view.source
            )
            yield Thing(f"decisions: {name}, of the {role}", DECISIONS_TAKEN, ask)


def asked_of(ask: Callable[[Press], object], press: Press) -> object:
    """Ask; what is refused for another reason than the role was let through to it."""
    try:
        return ask(press)
    except Refused:
        raise
    except UserError as fault:
        return str(fault)


def changed(view: View, table: str) -> pl.DataFrame:
    return view.source.changes(table, view.source.place.version)


@pytest.fixture
def desk(planted, monkeypatch) -> Services:
    monkeypatch.setenv("CANDOUR_REVIEW", str(planted.folder))
    return services_of(planted.folder)


def view_of(visit: Visit) -> View:
    source: Source = open_source(visit, "OFFICIAL-SENSITIVE")
    return source.view(Clocks(DAY, DAY), {})


def written(rows: pl.DataFrame) -> str:
    return rows.write_ndjson()


def outcome(ask: Callable[[View], object], view: View) -> object:
    try:
        return ask(view)
    except Refused:
        return Refused


def views(desk: Services, role: Role, way: str) -> View:
    """Return a view that somebody holds who comes by one way."""
    if way == NEVER:
        return view_of(desk.visit("made up"))
    if way == RUN_OUT:
        late = Sessions(desk.review.ledger, Limits(), now=lambda: 4_000_000_000.0)
        return view_of(Visit(desk.welcome("reader", (role,), "test"), late, desk.review.record, desk.recent))
    if way == TURNED:
        token = desk.welcome("reader", (CHIEF, role), "test")
        view = view_of(desk.visit(token))
        view.figure("failures")
        desk.visit(token).assume(role)
        return view
    token = desk.welcome("reader", (role,), "test")
    view = view_of(desk.visit(token))
    if way == ENDED:
        desk.farewell(token)
    return view


@pytest.mark.long
@pytest.mark.parametrize("way", [way for way in SERVICE_WAYS if way != CACHED])
@pytest.mark.parametrize("role", Role)
def test_the_service_gives_a_role_what_is_its_own_and_nothing_else(desk, role, way):
    assert wrongly_given(views(desk, role, way), role, gone=way in (ENDED, RUN_OUT, NEVER)) == []


@pytest.mark.long
def test_the_service_gives_a_role_nothing_else_where_higher_ones_have_asked_for_everything(desk):
    for higher in (CHIEF, STEWARD):
        view = views(desk, higher, "live")
        for each in things():
            if not each.name.startswith("rows"):  # which are kept nowhere
                outcome(each.ask, view)
    wrong = {role: wrongly_given(views(desk, role, CACHED), role) for role in Role}
    assert wrong == {role: [] for role in Role}


def wrongly_given(view: View, role: Role, *, gone: bool = False) -> list[str]:
    wrong = []
    for each in things():
        found = outcome(each.ask, view)
        if (found is not Refused) != (role in each.roles and not gone):
            wrong.append(each.name)
        elif isinstance(found, pl.DataFrame) and STAFF in written(found) and role not in STAFF_NAMED:
            wrong.append(f"{each.name}: a member of staff")
    return wrong


def test_the_canaries_are_there_to_be_found(desk):
    view = views(desk, CHIEF, "live")
    assert CASE in written(view.behind("failures"))
    assert STAFF in written(changed(view, "reviews"))
    assert STAFF in written(view.case_file(CASE))
    assert STAFF not in written(changed(views(desk, ANALYST, "live"), "reviews"))
    assert "CANARY-FAILURE" in written(changed(views(desk, ANALYST, "live"), "failures"))


NONE = 99  # no release has that number
# What opens no table: the reader's own choices, words, which tables there are, on how many days any came.
OPEN = {
    "guard", "view", "catalogue", "tables", "plain", "as_known_then", "before", "metric", "whole", "loaded",
    "scope",
    "states", "states_by", "many_states", "not_compared", "opening_day", "without", "chosen", "filled",
    "first_load", "words", "cache_key",
}  # fmt: skip
OPEN_OF_THE_PRESS = {"now", "today", "inside", "name"}


def test_everything_that_the_service_gives_out_is_asked_for():
    given = {name for kind in (Source, View) for name in vars(kind) if not name.startswith("_")}
    fields = {each.name for kind in (Source, View) for each in dataclasses.fields(kind)}
    asked = set(
        re.findall(
            r"\.(\w+)\(",
            "".join(map(inspect.getsource, (things, changed, things_of_the_notes, things_of_the_decisions))),
        )
    )
    assert given - fields - OPEN - asked == set()


def test_everything_that_may_be_asked_of_releases_is_asked_for():
    given = {name for name in vars(Press) if not name.startswith("_")} - {"source"}
    asked = set(re.findall(r"press\.(\w+)\(", inspect.getsource(things_of_the_press)))
    assert given - OPEN_OF_THE_PRESS == asked


def test_every_page_address_and_export_has_its_row():
    assert {entry.title for entry in REGISTRY} == set(PAGES)
    assert set(needs()) == {FIRST, WORDS, *ADDRESSES}
    assert {each.id for each in EXPORTS} == set(LEAVES)


def test_the_table_of_permissions_says_what_is_written_here():
    for entry in REGISTRY:
        if entry.needs is not None:
            assert {role for role in Role if permitted(role, entry.needs)} == PAGES[entry.title]
    for each in EXPORTS:
        assert {role for role in Role if permitted(role, each.needs)} == LEAVES[each.id]
    assert {role for role in Role if permitted(role, Permission.NOTES)} == NOTES_WRITTEN
    assert {role for role in Role if permitted(role, Permission.DECISIONS)} == DECISIONS_TAKEN


def test_no_way_in_is_without_its_cells():
    cells = {
        "service": [*itertools.product(Role, SERVICE_WAYS, [each.name for each in things()])],
        "pages": [*itertools.product(Role, PAGES)],
        "files": [*files()],
        "plain HTTP": [*requests()],
        "websocket messages": [*messages()],
    }
    counted = {way: len(set(each)) for way, each in cells.items()}
    print(f"{sum(counted.values())} cells: {counted}")  # noqa: T201
    assert counted == {way: len(each) for way, each in cells.items()}
    assert min(counted.values()) >= len(Role) * len(REGISTRY)
    assert sum(counted.values()) >= 1_500


@pytest.mark.long
@pytest.mark.parametrize("role", Role)
def test_a_page_opens_to_its_roles_and_the_others_are_sent_nothing_of_it(desk, monkeypatch, role):
    token = desk.welcome("reader", (role,), "test")
    monkeypatch.setattr(current_user, "token", lambda: token)
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    assert role in PAGES[page.title[0].value]
    for entry in REGISTRY:
        if role not in PAGES[entry.title]:
            assert [title.value for title in go_to(page, entry.path).title] != [entry.title]
            continue
        go_to(page, entry.path)
        assert not page.exception
        if entry not in THERE:
            assert [title.value for title in page.title] != [entry.title]
            continue
        assert [title.value for title in page.title] == [entry.title]
        sent = everything(page)
        assert STAFF not in sent or role in STAFF_NAMED
        # The record names whose history was looked at, which is what an auditor asks of it.
        assert CASE not in sent.replace(f"history of {CASE}", "") or role in ROWS


def everything(page: AppTest) -> str:
    told = [
        str(element.value) for element in itertools.chain(page.markdown, page.caption, page.header, page.info)
    ]
    frames = [frame.value.to_csv() for frame in page.dataframe]
    return "\n".join([*told, *frames])


def test_who_turns_to_another_role_is_refused_nothing_and_shown_its_first_page(desk, monkeypatch):
    token = desk.welcome("turning", (CHIEF, Role.PRESS_OFFICER), "test")
    monkeypatch.setattr(current_user, "token", lambda: token)
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    go_to(page, "failures")
    page.selectbox(key="role").set_value(Role.PRESS_OFFICER).run()
    assert [title.value for title in page.title] == ["Headlines"]
    with desk.review.record.reading() as rows:
        assert {row.outcome for row in rows if row.who == "turning"} == {"allowed"}


def test_whoever_comes_back_to_the_first_page_is_refused_nothing(desk, monkeypatch):
    token = desk.welcome("returning", (Role.PRESS_OFFICER,), "test")
    monkeypatch.setattr(current_user, "token", lambda: token)
    page = AppTest.from_file(MAIN, default_timeout=60).run()
    go_to(page, "releases")
    go_to(page, "")
    assert [title.value for title in page.title] == ["Headlines"]
    assert not [info.value for info in page.info if "not open" in info.value]
    with desk.review.record.reading() as rows:
        assert {row.outcome for row in rows if row.who == "returning"} == {"allowed"}
