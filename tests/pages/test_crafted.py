"""Messages that no browser of ours would send, over the real socket of a real server."""

import contextlib
import itertools
import shutil
import urllib.error
import urllib.request
from itertools import groupby

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from access.roles import Role
from access.services import services_of
from data.record import Record
from data.review import open_review
from pages.registry import REGISTRY
from service.sentences.figure import TRUE
from tests.browser.conftest import Server
from tests.pages.matrix import (
    CHIEF,
    ENDED,
    PAGES,
    PRESS,
    ROWS,
    RUN_OUT,
    STAFF_NAMED,
    STEWARD,
    TURNED,
    Message,
    messages,
)
from tests.pages.test_access_files import ran_out

ASKED = {who: [*each] for who, each in groupby(messages(), lambda each: (each.role, each.way))}
PATHS = {entry.title: entry.path for entry in REGISTRY}
CANARIES = (b"CANARY-CASE", b"CANARY-FAILURE", b"CANARY-REVIEW")
STAFF = b"CANARY-STAFF"
# Every view of Failures that lists rows, and the load that brought the canaries.
ADDRESSES = {
    "failures": "area=east&list=Failure+rate&split=Area",
    "data": "table=reviews",
}


@pytest.fixture(scope="module")
def server(planted_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crafted")
    shutil.copytree(planted_once, folder / "review")
    (folder / "review" / "settings.toml").write_text('mode = "single-user"\n')
    server = Server(folder / "review", folder / "log.txt")
    yield server
    server.stop()


# What is counted and has not been published: the mark of true figures, and a rate with its interval.
INTERVAL = b"95% interval "
INSIDE = (TRUE.encode(), INTERVAL)


def opened(server: Server, token: str) -> ClientConnection:
    return connect(
        server.address.replace("http", "ws") + "/_stcore/stream",
        origin=server.address, additional_headers={"Cookie": f"candour={token}"},
        subprotocols=["streamlit"], max_size=None,
    )  # fmt: skip


def ask(connection: ClientConnection, path: str = "", *, link: bool = False, **widgets: str) -> bytes:
    """Ask for a page by its hash, as the navigation does, whether or not the navigation has it.

    It is asked for as it is first, and then by the address that lists rows, as a browser that goes back does.
    link: by its name alone, as a browser does that was given the page's address.
    """
    answer = _ask(connection, path, "", link=link, **widgets)
    if link or path not in ADDRESSES:
        return answer
    return answer + _ask(connection, path, ADDRESSES[path], **widgets)


def _ask(connection: ClientConnection, path: str, address: str, *, link: bool = False, **widgets) -> bytes:
    message = BackMsg()
    message.rerun_script.page_script_hash = "" if link else calc_hash(path)
    message.rerun_script.page_name = path
    message.rerun_script.query_string = address
    message.rerun_script.is_history_navigation = bool(address)
    for key, value in widgets.items():
        message.rerun_script.widget_states.widgets.add(id=key, string_value=value)
    connection.send(message.SerializeToString())
    return sent(connection)


def sent(connection: ClientConnection) -> bytes:
    """Everything that one run sends, byte for byte."""
    told, everything = ForwardMsg(), []
    while told.WhichOneof("type") != "script_finished":
        everything.append(connection.recv(timeout=60))
        told.ParseFromString(everything[-1])
    return b"".join(everything)


def to_the_end(connection: ClientConnection) -> list[bytes]:
    """Everything that is sent until the server closes the connection; it must."""
    told = []
    # It closes it on purpose and says why, which this client takes for an error.
    with contextlib.suppress(ConnectionClosed):
        while True:
            told.append(connection.recv(timeout=60))
    return told


@pytest.fixture(scope="module")
def warmed(server) -> Server:
    """A server on which a chief officer has had every page computed and kept."""
    with opened(server, services_of(server.folder).welcome("chief", (CHIEF,), "test")) as connection:
        answers = [ask(connection, entry.path) for entry in REGISTRY]
    assert any(canary in b"".join(answers) for canary in CANARIES)
    assert STAFF in b"".join(answers)
    return server


def fits(cell: Message, answer: bytes) -> None:
    """Hold what was sent against what may be."""
    if cell.role not in ROWS:
        assert not any(canary in answer for canary in CANARIES), cell
    if cell.role not in STAFF_NAMED:
        assert STAFF not in answer, cell
    if cell.role is PRESS:
        assert not any(true in answer for true in INSIDE), cell
    if cell.role is CHIEF and (cell.page, cell.way) == ("Failures", "live"):
        # The mark of true figures stands in a menu that nobody has opened here.
        assert INTERVAL in answer, cell


@pytest.mark.long
@pytest.mark.parametrize("role", Role)
def test_a_page_asked_for_by_its_hash_is_sent_to_its_roles_only(warmed, role):
    with opened(warmed, services_of(warmed.folder).welcome("reader", (role,), "test")) as connection:
        for cell in ASKED[role, "live"]:
            fits(cell, ask(connection, PATHS[cell.page]))
    with open_review(warmed.folder).record.reading() as rows:
        refused = {row.scope for row in rows if (row.role, row.outcome) == (role, "refused")}
    # The first address is every reader's, whatever page it shows: nobody is refused it.
    asked = {cell.page for cell in ASKED[role, "live"] if PATHS[cell.page]}
    assert refused == {f"page {title}" for title in asked if role not in PAGES[title]}


@pytest.mark.long
@pytest.mark.parametrize("role", Role)
def test_a_page_that_was_lost_with_another_role_is_not_sent_again(warmed, role):
    desk = services_of(warmed.folder)
    had = STEWARD if role is CHIEF else CHIEF
    token = desk.welcome("reader", (had, role), "test")
    with opened(warmed, token) as connection:
        ask(connection, PATHS["Data"])
        desk.visit(token).assume(role)
        for cell in ASKED[role, TURNED]:
            fits(cell, ask(connection, PATHS[cell.page]))


@pytest.mark.long
@pytest.mark.parametrize("way", [ENDED, RUN_OUT])
@pytest.mark.parametrize("role", Role)
def test_no_page_is_sent_to_a_visit_that_is_over(warmed, role, way):
    desk = services_of(warmed.folder)
    for cell in ASKED[role, way]:
        token = desk.welcome("reader", (role,), "test")
        with opened(warmed, token) as connection:
            if way == ENDED:
                desk.farewell(token)
            else:
                ran_out(desk, desk.visit(token).digest)
            message = BackMsg(rerun_script={"page_script_hash": calc_hash(PATHS[cell.page])})
            with contextlib.suppress(ConnectionClosed):  # it may have been shown out before it could speak
                connection.send(message.SerializeToString())
            (told,) = to_the_end(connection)
            assert ForwardMsg.FromString(told).auth_redirect.url == "/signed-out", cell


def test_a_forged_widget_gives_no_role_that_was_not_given(warmed):
    token = services_of(warmed.folder).welcome("reader", (PRESS,), "test")
    with opened(warmed, token) as connection:
        for name, value in itertools.product(
            ("role", "$$ID-role", "$$WIDGET_ID-role"), (CHIEF, "chief officer")
        ):
            answer = ask(connection, "failures", **{name: str(value)})
            assert not any(canary in answer for canary in CANARIES)
    assert services_of(warmed.folder).visit(token).session.role is PRESS


def test_a_role_that_is_taken_away_half_way_is_gone_with_the_next_message(warmed):
    desk = services_of(warmed.folder)
    token = desk.welcome("reader", (CHIEF, PRESS), "test")
    with opened(warmed, token) as connection:
        assert any(canary in ask(connection, "failures") for canary in CANARIES)
        desk.visit(token).assume(PRESS)
        answer = ask(connection, "failures")
        assert not any(canary in answer for canary in CANARIES)
        assert b"CANARY" not in answer


def test_a_visit_that_is_ended_is_sent_away_with_its_next_message(warmed):
    desk = services_of(warmed.folder)
    token = desk.welcome("reader", (CHIEF,), "test")
    with opened(warmed, token) as connection:
        ask(connection, "failures")
        desk.farewell(token)
        connection.send(BackMsg(rerun_script={"page_script_hash": calc_hash("failures")}).SerializeToString())
        told = to_the_end(connection)
        assert ForwardMsg.FromString(told[-1]).auth_redirect.url == "/signed-out"
        assert b"CANARY" not in b"".join(told)


def test_every_page_is_asked_for():
    assert {entry.title for entry in REGISTRY} == set(PAGES)


# Each needs a server of its own, which takes seconds: the first page, one with an address of its own, one of the
# press and one of the auditor here, the others in the soak.
QUICK = {"Overview", "Data", "Releases", "Audit"}


@pytest.mark.long
@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(each, marks=() if each.title in QUICK else pytest.mark.soak, id=each.title)
        for each in REGISTRY
    ],
)
def test_a_deep_link_opened_first_on_a_fresh_server_runs_nothing_for_a_stranger_and_its_page_for_a_reader(
    entry, untouched, tmp_path
):
    folder = tmp_path / "review"
    shutil.copytree(untouched, folder)
    (folder / "settings.toml").write_text('mode = "single-user"\n')
    record = open_review(folder).record
    before = written(record)
    server = Server(folder, tmp_path / "log.txt")
    try:
        assert status(f"{server.address}/{entry.path}") == 403
        for token in ("", "made-up"):
            with pytest.raises(InvalidStatus, match="403"):
                opened(server, token)
        assert written(record) == before
        role = next(each for each in Role if each in PAGES[entry.title])
        with opened(server, services_of(folder).welcome("reader", (role,), "test")) as connection:
            ask(connection, entry.path, link=True)
        looked = [scope.split(";")[0] for scope in scopes(record)[before:] if scope.startswith("page ")]
        assert looked == ([f"page {entry.title}"] if entry.needs else [])
    finally:
        server.stop()


def written(record: Record) -> int:
    return len(scopes(record))


def scopes(record: Record) -> list[str]:
    with record.reading() as rows:
        return [row.scope for row in rows]


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
