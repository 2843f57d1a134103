"""What Streamlit sends and takes, as the gate must know it."""

import base64
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import streamlit
from google.protobuf.message import DecodeError
from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.runtime_util import serialize_forward_msg
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.util import calc_hash
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from access.protocol import Protocol
from access.settings import Settings, read_secret

__all__ = [
    "StopException",
    "asked_for",
    "current_run",
    "gone_back",
    "secrets_of",
    "share_state",
    "streamlit_wire",
]

PROVIDER = "provider"
STATE_SECRET = "STREAMLIT_SERVER_COOKIE_SECRET"


def streamlit_wire() -> Protocol:
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
    """Return what identifies this run of a page or a fragment with its callbacks; a new object outside one.

    Streamlit makes the cursors anew at the start of each run, before the callbacks.
    """
    context = get_script_run_ctx(suppress_warning=True)
    return object() if context is None else context.cursors


def gone_back() -> bool:
    """Whether this run was begun by the browser's back or forward button."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def secrets_of(settings: Settings) -> dict[str, dict[str, object]]:
    """Return what Streamlit's sign-in must be told; nothing where nobody signs in.

    Raises:
        UserError: a secret is missing, or others may read it.
    """
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
    return {
        "auth": {
            "redirect_uri": f"{settings.address}/oauth2callback",
            "cookie_secret": read_secret(asked.cookie_secret_file),
            PROVIDER: provider,
        }
    }


def share_state(settings: Settings) -> None:
    """Let any process of this server finish a sign-in that another began.

    Streamlit signs the state of a sign-in before it knows the secrets that `st.App` is given; without
    this each process makes up a key of its own.

    Raises:
        UserError: the secret is missing, or others may read it.
    """
    if settings.sign_in is not None:
        secret = read_secret(settings.sign_in.cookie_secret_file).encode()
        # Another key than that of the cookies of identity: neither can be passed off as the other.
        os.environ[STATE_SECRET] = hmac.digest(secret, b"state of a sign-in", "sha256").hex()


def _kind(message: bytes) -> str:
    read = BackMsg()
    try:
        read.ParseFromString(message)
    except DecodeError:
        return ""
    return read.WhichOneof("type") or ""


def _uploads(message: bytes) -> tuple[str, ...]:
    read = ForwardMsg()
    try:
        read.ParseFromString(message)
    except DecodeError:
        return ()
    return tuple(each.upload_url for each in read.file_urls_response.file_urls)


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

    found = get_cookie_with_chunks(opened, USER_COOKIE_NAME)
    return None if found is None else json.loads(found)


def _sign_in() -> str:
    return f"/auth/login?provider={encode_provider_token(PROVIDER)}"


def _scripts() -> tuple[str, ...]:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    written = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digests = (hashlib.sha256(each.encode()).digest() for each in written)
    return tuple(f"sha256-{base64.b64encode(each).decode()}" for each in digests)
