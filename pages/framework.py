"""The only module that touches what Streamlit keeps private: its messages, cookies, pages and elements."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import re
from collections import deque
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache, partial, wraps
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import streamlit
from google.protobuf.message import DecodeError, Message
from plotly.basedatatypes import BaseFigure
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.cursor import Cursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Markdown_pb2 import Markdown
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.runtime_util import serialize_forward_msg
from streamlit.runtime.scriptrunner import ScriptRunnerEvent, StopException
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.util import calc_hash
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from access.settings import Settings, read_secret
from access.socket import Protocol
from service.markdown import plain

__all__ = ["StopException", "UploadedFile"]
PROVIDER = "provider"
AnyMessage = TypeVar("AnyMessage", bound=Message)
Method = Callable[..., object]  # of Streamlit's own
STATE_SECRET = "STREAMLIT_SERVER_COOKIE_SECRET"
LABELLED = ("label", "help", "title")
GATHERED = 0.005  # seconds for which what a run draws is gathered before it is sent
# Their labels are written by us, with marks of ours in them.
MARKED = ("expandable", "page_link", "alert", "popover", "menu_button")


def streamlit_protocol() -> Protocol:
    return Protocol(_kind, _uploads, _leave, _claims, _sign_in, _scripts())


def asked_for(path: str) -> bool:
    """Whether the browser asked, in this run, for the page at `path`: by its hash, or by its name alone."""
    context = get_script_run_ctx()
    if context is None:
        return False
    pages = context.pages_manager
    asked, name = pages.intended_page_script_hash, pages.intended_page_name
    return asked == calc_hash(path) if asked else name == path != ""


def current_run() -> object:
    """Return what Streamlit makes anew for each run of a page or a fragment, before its callbacks."""
    context = get_script_run_ctx(suppress_warning=True)
    return object() if context is None else context.cursors


def stop_if_asked() -> None:
    """End this run here where the reader has stopped it or has gone on; nothing happens outside a run."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        context.yield_check()


def gone_back() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def secrets_of(settings: Settings) -> dict[str, dict[str, object]]:
    """Return the secrets of a sign-in, if there is one; UserError: one is missing, or others may read it."""
    asked = settings.sign_in
    if asked is None:
        return {}
    provider = {
        "client_id": asked.client_id,
        "client_secret": read_secret(asked.client_secret_file),
        "server_metadata_url": asked.metadata,
        # Without a prompt of ours Streamlit asks for one that strict providers refuse.
        "client_kwargs": {"scope": asked.scope, "prompt": asked.prompt},
    }
    address, secret = f"{settings.address}/oauth2callback", read_secret(asked.cookie_secret_file)
    return {"auth": {"redirect_uri": address, "cookie_secret": secret, PROVIDER: provider}}


def share_state(settings: Settings) -> None:
    """Let any process finish a sign-in that another began; UserError: as `secrets_of`."""
    if settings.sign_in is not None:
        # Streamlit signs that state before it knows the secrets that `st.App` is given.
        secret = read_secret(settings.sign_in.cookie_secret_file).encode()
        # Another key than that of the cookies of identity: neither can be passed off as the other.
        os.environ[STATE_SECRET] = hmac.digest(secret, b"state of a sign-in", "sha256").hex()


def _parsed(kind: type[AnyMessage], message: bytes) -> AnyMessage:
    """Return an empty message where it cannot be read."""
    parsed = kind()
    try:
        parsed.ParseFromString(message)
    except DecodeError:
        return kind()
    return parsed


def _kind(message: bytes) -> str:
    return _parsed(BackMsg, message).WhichOneof("type") or ""


def _uploads(message: bytes) -> tuple[str, ...]:
    return tuple(file.upload_url for file in _parsed(ForwardMsg, message).file_urls_response.file_urls)


def _leave(address: str) -> bytes:
    message = ForwardMsg()
    message.auth_redirect.url = address
    return serialize_forward_msg(message)


def _claims(cookies: Mapping[str, str]) -> dict[str, object] | None:
    def opened(name: str) -> bytes | None:
        value = cookies.get(name)
        if not value:
            return None
        return decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    claims = get_cookie_with_chunks(opened, USER_COOKIE_NAME)
    return None if claims is None else json.loads(claims)


def _sign_in() -> str:
    # Made anew for each sign-in: the token is good for two minutes.
    return f"/auth/login?provider={encode_provider_token(PROVIDER)}"


def document() -> str:
    return (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")


def _scripts() -> tuple[str, ...]:
    written = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", document(), re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in written)
    return tuple(f"sha256-{base64.b64encode(digest).decode()}" for digest in digests)


class Unchecked(BaseFigure):
    """A figure that Streamlit sends as it is: it checks dictionaries at each run, and the tests check all."""

    def __init__(self, spec: dict[str, Any]) -> None:
        object.__setattr__(self, "_spec", spec)

    def to_dict(self) -> dict[str, Any]:
        return object.__getattribute__(self, "_spec")


class _Events:
    """What the runs of one session have drawn, and that they began or ended, in order, until its server takes
    it."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401  # Streamlit's own, whose methods are private
        self._wake, self._loop, self._lock = session._call_soon_on_event_loop, session._event_loop, Lock()
        self._waiting: deque[Callable[[], None]] = deque()

    def add(self, event: Callable[[], None], *, drawn: bool) -> None:
        with self._lock:
            first = not self._waiting
            self._waiting.append(event)
        if not drawn:
            self._wake(self._take)
        elif first:
            self._wake(self._take_later)

    def _take_later(self) -> None:
        self._loop.call_later(GATHERED, self._take)

    def _take(self) -> None:
        try:
            while event := self._next():
                event()
        finally:
            # Nothing, unless one of them failed: that is reported, and the others are taken all the same.
            if self._waiting:
                self._loop.call_soon(self._take)

    def _next(self) -> Callable[[], None] | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None


def send_together() -> None:
    """Have the server take what a run draws in groups: woken for every element, it and the run would stop
    each other hundreds of times a click."""
    _wrap(AppSession, "_on_scriptrunner_event", _gather)
    _wrap(Runtime, "_enqueued_some_message", _notice)


def _wrap(owner: type, name: str, around: Method) -> None:
    """around: called in place of a method, with it and what it was called with."""
    method = getattr(owner, name)
    if hasattr(method, "__wrapped__"):
        return

    @wraps(method)
    def call(*args: object, **how: object) -> object:
        return around(method, *args, **how)

    setattr(owner, name, call)


def _gather(_: object, session: Any, sender: object, event: ScriptRunnerEvent, **how: object) -> None:  # noqa: ANN401
    events = vars(session).get("events") or vars(session).setdefault("events", _Events(session))
    taken = partial(session._handle_scriptrunner_event_on_event_loop, sender, event, **how)
    events.add(taken, drawn=event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG)


def _notice(notice: Method, runtime: Any) -> None:  # noqa: ANN401
    server = runtime._get_async_objs()
    if asyncio._get_running_loop() is server.eventloop:
        server.need_send_data.set()
    else:
        notice(runtime)


def copy_lightly() -> None:
    """Have a fragment copy each place of the page once: Streamlit's own way copies all above it, for each."""
    for kind, copied in ((Cursor, _copied_cursor), (DeltaGenerator, _copied_generator)):
        setattr(kind, "__deepcopy__", copied)  # noqa: B010  # a method of another signature, to a type checker


def _copied_cursor(cursor: Cursor, memo: dict[int, Any]) -> Cursor:
    copied = object.__new__(type(cursor))
    vars(copied).update(vars(cursor), _transient_elements=deepcopy(cursor.transient_elements, memo))
    return copied


def _copied_generator(dg: Any, memo: dict[int, Any]) -> Any:  # noqa: ANN401  # a DeltaGenerator, whose parts are private
    where, parent, form = deepcopy((dg._cursor, dg._parent, dg._form_data), memo)
    copied = object.__new__(DeltaGenerator)
    vars(copied).update(vars(dg), _provided_cursor=where, _parent=parent, _form_data=form)
    return copied


def draw_as_words() -> None:
    _wrap(DeltaGenerator, "_enqueue", _escape_element)
    _wrap(DeltaGenerator, "_block", _escape_block)


# The arguments are called as Streamlit calls them: it passes some by name.
def _escape_element(
    enqueue: Method, dg: object, delta_type: str, element_proto: Message, *args: object, **how: object
) -> object:
    escape(delta_type, element_proto)
    return enqueue(dg, delta_type, element_proto, *args, **how)


def _escape_block(
    block: Method, dg: object, block_proto: Block | None = None, *args: object, **how: object
) -> object:
    if block_proto is not None and (kind := block_proto.WhichOneof("type")):
        escape(kind, getattr(block_proto, kind))
    return block(dg, block_proto, *args, **how)


def escape(kind: str, element: Message) -> None:
    texts = _texts_of(kind, type(element))
    if isinstance(element, Markdown) and element.element_type == Markdown.Type.CAPTION:
        texts = (*texts, "body")
    for name in texts:
        if words := getattr(element, name):
            setattr(element, name, plain(words, lines=True))


@cache
def _texts_of(kind: str, message: type[Message]) -> tuple[str, ...]:
    texts = [name for name in LABELLED if name != "label" or kind not in MARKED]
    if kind == "heading":
        texts.append("body")
    return tuple(name for name in texts if name in message.DESCRIPTOR.fields_by_name)
