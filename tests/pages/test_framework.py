"""What Streamlit sends and takes: read here by its own means, so that a new version cannot differ unseen."""

import asyncio
import base64
import hashlib
import os
import re
import threading
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit
import streamlit as st
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.cursor import RunningCursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from access import socket
from access.settings import Mode, Settings, SignIn
from data.errors import UserError
from pages import framework
from pages.framework import (
    STATE_SECRET,
    copy_lightly,
    draw_as_words,
    secrets_of,
    send_together,
    share_state,
    streamlit_protocol,
)

TYPED = "**x** [a](b) $y$"
ESCAPED = r"\*\*x\*\* \[a\](b) \$y\$"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name in ("client.secret", "cookie.secret"):
        (tmp_path / name).write_text(f"{name} of some length")
        (tmp_path / name).chmod(0o600)
    sign_in = SignIn(
        metadata="https://login.example/.well-known/openid-configuration",
        client_id="candour",
        client_secret_file=tmp_path / "client.secret",
        cookie_secret_file=tmp_path / "cookie.secret",
        roles={"analyst": ("Analysts",)},
    )
    return Settings(mode=Mode.SIGN_IN, address="https://candour.example", sign_in=sign_in)


def test_a_fragment_copies_each_place_of_the_page_once_and_apart():
    copy_lightly()
    page = DeltaGenerator(0, RunningCursor(0))
    card = DeltaGenerator(0, RunningCursor(0, (1,)), parent=page)
    copied_page, copied_card = deepcopy((page, card))
    assert copied_card._parent is copied_page
    assert copied_page._cursor is not None
    assert copied_page._cursor.lock_element().index == 0
    assert [one._cursor.index for one in (copied_page, page)] == [1, 0]


def test_every_message_of_a_browser_is_known_by_its_kind():
    kinds = [field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]
    assert set(kinds) >= socket.TAKEN
    for name in kinds:
        message = BackMsg()
        field = BackMsg.DESCRIPTOR.fields_by_name[name]
        if field.message_type is None:
            setattr(message, name, "x" if field.type == field.TYPE_STRING else True)
        else:
            getattr(message, name).SetInParent()
        assert streamlit_protocol().kind(message.SerializeToString()) == name


@pytest.mark.parametrize("message", [b"", b"\xff", b"rerun_script", b"\x00" * 100])
def test_what_cannot_be_read_is_of_no_kind(message):
    assert streamlit_protocol().kind(message) == ""


def test_a_browser_is_sent_to_another_address_by_a_message_of_its_own():
    message = ForwardMsg()
    message.ParseFromString(streamlit_protocol().leave("/signed-out"))
    assert message.auth_redirect.url == "/signed-out"


@pytest.mark.parametrize(
    "groups", [["Analysts"], [hashlib.sha256(b"%d" % n).hexdigest() for n in range(200)]]
)
def test_claims_are_read_from_the_cookies_that_streamlit_would_have_set(monkeypatch, groups):
    monkeypatch.setattr(framework, "get_cookie_secret", lambda: "s" * 32)
    cookies: dict[str, str] = {}

    def signed(name: str, value: str) -> bytes:
        return create_signed_value("s" * 32, name, value)

    set_cookie_with_chunks(
        lambda name, value: cookies.update({name: signed(name, value).decode()}),
        signed,
        "_streamlit_user",
        {"sub": "amina", "roles": groups},
        cookie_attr_size=60,
    )
    assert (len(cookies) > 1) == (len(groups) > 1)
    assert streamlit_protocol().claims(cookies) == {"sub": "amina", "roles": groups}


@pytest.mark.parametrize(
    "cookies",
    [
        {},
        {"_streamlit_user": ""},
        {"_streamlit_user": '{"sub": "amina"}'},
        {
            "_streamlit_user": create_signed_value(
                "another secret", "_streamlit_user", '{"sub": "a"}'
            ).decode()
        },
        {"_streamlit_user": create_signed_value("s" * 32, "_streamlit_session", '{"sub": "a"}').decode()},
    ],
)
def test_claims_that_streamlit_did_not_sign_speak_of_nobody(monkeypatch, cookies):
    monkeypatch.setattr(framework, "get_cookie_secret", lambda: "s" * 32)
    assert streamlit_protocol().claims(cookies) is None


def test_the_policy_allows_the_very_scripts_that_are_in_streamlits_own_page():
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    assert len(re.findall(r"<script(?![^>]*\bsrc=)", page)) == len(streamlit_protocol().scripts)
    for digest in streamlit_protocol().scripts:
        assert len(base64.b64decode(digest.removeprefix("sha256-"))) == hashlib.sha256().digest_size


def test_the_provider_is_asked_by_one_way_only_and_with_a_prompt_of_ours(settings):
    auth = secrets_of(settings)["auth"]
    assert auth["redirect_uri"] == "https://candour.example/oauth2callback"
    assert auth["cookie_secret"] == "cookie.secret of some length"
    assert auth["provider"]["client_secret"] == "client.secret of some length"
    assert auth["provider"]["client_kwargs"] == {"scope": "openid email profile", "prompt": "login"}
    assert secrets_of(Settings()) == {}


def test_every_process_signs_the_state_of_a_sign_in_alike_and_with_a_key_of_its_own(settings, monkeypatch):
    monkeypatch.setenv(STATE_SECRET, "")
    share_state(settings)
    first = os.environ[STATE_SECRET]
    share_state(settings)
    assert os.environ[STATE_SECRET] == first
    assert len(first) == 64
    settings.sign_in.cookie_secret_file.write_text("another secret of some length")
    share_state(settings)
    assert os.environ[STATE_SECRET] != first


def test_without_sign_in_no_key_is_shared(monkeypatch):
    monkeypatch.delenv(STATE_SECRET, raising=False)
    share_state(Settings())
    assert STATE_SECRET not in os.environ


def test_a_secret_that_is_missing_stops_the_start(settings):
    settings.sign_in.client_secret_file.unlink()
    with pytest.raises(UserError, match="There is no secret in"):
        secrets_of(settings)


def test_the_addresses_to_which_a_document_may_be_sent_are_read_from_the_answer_that_gives_them():
    message = ForwardMsg()
    for number in range(2):
        message.file_urls_response.file_urls.add(upload_url=f"/_stcore/upload_file/session/{number}")
    read = streamlit_protocol().uploads
    assert read(message.SerializeToString()) == tuple(f"/_stcore/upload_file/session/{n}" for n in range(2))
    assert read(streamlit_protocol().leave("/signed-out")) == read(b"\xff") == read(b"") == ()


def page():
    import streamlit as st

    from pages.framework import draw_as_words

    draw_as_words()
    typed = "**x** [a](b) $y$"
    st.title(typed)
    st.header(typed, help=typed)
    st.caption(typed)
    st.metric(typed, typed)
    st.button(typed, help=typed)
    st.selectbox(typed, [typed], help=typed)
    st.toggle(typed)
    st.tabs([typed])
    with st.popover(typed):
        st.write("")
    st.markdown(typed)
    st.info(typed)
    with st.expander(typed):
        st.write("")
    st.code(typed)


@pytest.fixture(scope="module")
def drawn() -> AppTest:
    test = AppTest.from_function(page).run()
    assert not test.exception
    return test


def test_headings_captions_labels_and_help_are_words(drawn):
    for element in (drawn.title[0], drawn.header[0], drawn.caption[0]):
        assert element.value == ESCAPED
    for element in (drawn.metric[0], drawn.button[0], drawn.selectbox[0], drawn.toggle[0]):
        assert element.label == ESCAPED
    for element in (drawn.header[0], drawn.button[0], drawn.selectbox[0]):
        assert element.proto.help == ESCAPED
    assert drawn.tabs[0].label == ESCAPED


def test_what_is_markdown_by_its_name_and_what_is_no_markdown_is_left(drawn):
    # Who writes to one of these escapes the parts that somebody else wrote.
    assert TYPED in [each.value for each in drawn.markdown]
    assert drawn.info[0].value == TYPED
    assert drawn.expander[0].label == TYPED
    assert drawn.get("popover")[0].proto.popover.label == TYPED
    assert drawn.metric[0].value == TYPED
    assert drawn.selectbox[0].options == [TYPED]
    assert drawn.code[0].value == TYPED


def test_it_is_set_up_once_however_often_it_is_asked_for():
    draw_as_words()
    first = DeltaGenerator._enqueue
    draw_as_words()
    assert DeltaGenerator._enqueue is first
    assert st.header.__self__ is st._main


def test_the_address_of_a_sign_in_is_made_anew_each_time_since_its_token_soon_expires(monkeypatch):
    tokens = iter(["one", "two"])
    monkeypatch.setattr(framework, "encode_provider_token", lambda provider: next(tokens))
    protocol = framework.streamlit_protocol()
    assert [protocol.sign_in(), protocol.sign_in()] == [
        "/auth/login?provider=one",
        "/auth/login?provider=two",
    ]


class Session:
    """What a run of a page meets of Streamlit's session, on a loop that counts how often it is woken."""

    def __init__(self) -> None:
        self._event_loop = asyncio.get_running_loop()
        self.woken, self.taken = 0, []

    def _call_soon_on_event_loop(self, callback: Callable[[], None]) -> None:
        self.woken += 1
        self._event_loop.call_soon_threadsafe(callback)

    def _handle_scriptrunner_event_on_event_loop(self, _sender, event, forward_msg=None):
        if forward_msg == "fails":
            raise ValueError(forward_msg)
        self.taken.append(forward_msg if event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG else event)


def run_of(session: Session, *events: object) -> None:
    """Send what a run draws, and its events, from a thread of its own as Streamlit does."""
    for event in events:
        if isinstance(event, ScriptRunnerEvent):
            AppSession._on_scriptrunner_event(session, None, event)
        else:
            AppSession._on_scriptrunner_event(
                session, None, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, forward_msg=event
            )


def taken_of(*events: object) -> Session:
    async def take() -> Session:
        session = Session()
        run = threading.Thread(target=run_of, args=(session, *events))
        run.start()
        await asyncio.to_thread(run.join)
        await asyncio.sleep(20 * framework.GATHERED)
        return session

    send_together()
    return asyncio.run(take())


def test_what_a_run_draws_is_taken_in_its_order_and_before_the_end_of_the_run():
    first, second = [str(number) for number in range(50)], [str(number) for number in range(50, 60)]
    begins, ends = ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS
    assert taken_of(begins, *first, ends, *second).taken == [begins, *first, ends, *second]


def test_what_follows_an_element_that_fails_is_taken_all_the_same():
    assert taken_of("1", "fails", "2", "fails", "3").taken == ["1", "2", "3"]


def test_the_server_is_not_woken_for_every_element():
    session = taken_of(*range(500))
    assert session.taken == [*range(500)]
    assert session.woken < 50


def test_the_server_notices_what_it_takes_itself_without_waking_itself():
    async def notice() -> tuple[bool, bool]:
        server = SimpleNamespace(eventloop=asyncio.get_running_loop(), need_send_data=asyncio.Event())
        runtime = SimpleNamespace(_get_async_objs=lambda: server)
        Runtime._enqueued_some_message(runtime)
        here = server.need_send_data.is_set()
        server.need_send_data.clear()
        await asyncio.to_thread(Runtime._enqueued_some_message, runtime)
        await asyncio.wait_for(server.need_send_data.wait(), 10)
        return here, server.need_send_data.is_set()

    send_together()
    assert asyncio.run(notice()) == (True, True)
