"""What stands in front of the pages: the gate, the way in, and the one route by which files leave."""

import logging
import sys
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import streamlit as st
from anyio import CapacityLimiter, to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from access.gate import Gate
from access.responses import say
from access.settings import Mode
from access.socket import bound_frames
from access.visit import Refused, Visit
from data.errors import UserError
from data.record import Kind, Outcome
from data.record_files import keep_journal
from data.review import chosen_folder
from pages.framework import (
    document,
    secrets_of,
    send_together,
    share_state,
    stop_if_asked,
    streamlit_protocol,
)
from pages.registry import needs
from pages.shell.current_user import services
from pages.shell.page_start import excuse
from pages.widgets.export_button import EXPORT_ROUTE
from reports.export_request import Asked, AskedRelease
from reports.exports import export, make
from reports.reader import NotAsAsked
from service import cache, inbox
from service.arrivals import arrivals_of
from service.view import open_source

_log = logging.getLogger("candour")
_refuse = partial(say, link=("/", "Go back to Candour"))

TURN = 0.0005  # seconds
STYLE = Path(__file__).with_name("style.css")


def guarded() -> dict[str, Any]:
    """Return what `st.App` must be given so that nothing runs for anyone whom the server does not know."""
    keep_journal(otherwise=logging.StreamHandler())
    share_state(services().settings)
    bound_frames()
    send_together()
    # Python's own 5 ms are long for the one thread that sends and takes: it waits for many a turn in a click.
    sys.setswitchinterval(TURN)
    cache.set_limit(services().settings.cache_megabytes)
    cache.stop_waiting_by(stop_if_asked)
    gate = Middleware(Gate, services=services, pages=needs(), protocol=streamlit_protocol())
    return {
        "middleware": [gate],
        "routes": [*routes(), *addresses()],
        "secrets": secrets_of(services().settings),
        "on_script_error": report_failure,
    }


def addresses() -> list[Route]:
    """Return the addresses of the pages: Streamlit's own document, with our style from the first paint on. A
    style that a run sends arrives after the page is laid out, which then moves."""
    styled = document().replace("</body>", f"<style>{STYLE.read_text('utf-8')}</style></body>")

    async def open_page(_: Request) -> HTMLResponse:
        return HTMLResponse(styled)

    return [Route(path, open_page) for path in needs()]


def start_inbox() -> None:
    """Load in this process what one user sends; elsewhere `python -m data inbox` does, as another account."""
    spool = services().spool
    if services().settings.mode is Mode.SINGLE_USER and spool is not None:
        arrivals = arrivals_of(services().settings, spool)
        work = partial(inbox.run, chosen_folder(), spool, Event(), arrivals)
        Thread(target=work, name="inbox", daemon=True).start()


def print_address(port: int) -> None:
    if services().settings.mode is Mode.SINGLE_USER:
        address = f"http://127.0.0.1:{port}/enter/{services().key}"
        sys.stderr.write(f"Open {address} in your browser, and keep this address to yourself.\n")


def report_failure(error: Exception) -> bool:
    _log.error("A page failed.", exc_info=error)
    st.error(
        "This page could not be shown. Nothing has been changed or lost. Reload the page; if it "
        "happens again, tell whoever runs Candour the time and the page's address."
    )
    return True


def routes() -> list[Route]:
    # One file is made at a time: those who read pages meanwhile must not wait for those who take files.
    limit = CapacityLimiter(1)

    async def fetch(request: Request) -> Response:
        if request.method != "GET":
            return _refuse(405, "Not taken", "A file is fetched, and nothing else can be done with its link.")
        token = request.cookies.get(services().settings.cookie, "")
        return await to_thread.run_sync(_fetch, token, request.path_params["ticket"], limiter=limit)

    return [Route(f"{EXPORT_ROUTE}{{ticket}}", fetch, methods=["GET"])]


def _fetch(token: str, ticket: str) -> Response:
    """Answer one request for a file; nothing is sent that the record does not hold first."""
    download = object()
    visit = services().visit(token, lambda: download)
    try:
        asked = services().tickets.find(ticket, visit.session.digest)
        if not isinstance(asked, Asked | AskedRelease):
            visit.note(Kind.DISCLOSURE, "export", reason="link old or not theirs", outcome=Outcome.REFUSED)
            return _refuse(410, "This link is no longer good", "Ask for the file again where you found it.")
        return _leave(visit, asked)
    except Refused as refused:
        return _refuse(403, "This file is not for you", str(refused))
    except UserError as fault:
        return _refuse(503, "Nothing was sent", excuse(fault))


def _leave(visit: Visit, asked: Asked | AskedRelease) -> Response:
    source = open_source(visit, services().settings.marking)
    visit = source.visit
    scope = asked.scope(source)
    role = visit.require(export(asked.export).needs, scope).role
    try:
        file = make(export(asked.export), asked.content(source), asked.format)
    except Refused:
        raise
    except Exception as fault:
        visit.note(Kind.DISCLOSURE, scope, reason=asked.reason, outcome=Outcome.FAILED)
        if not isinstance(fault, UserError):
            raise
        if isinstance(fault, NotAsAsked):
            _log.error("%s", fault)
        return _refuse(409, "The file could not be made", str(fault))
    # Making it took a while: whether the reader may have it is asked again, in the moment it leaves.
    visit.refresh()
    if visit.require(export(asked.export).needs, scope).role is not role:
        visit.note(Kind.DISCLOSURE, scope, reason=asked.reason, outcome=Outcome.REFUSED)
        raise Refused("Your role changed while the file was made: ask for it again.")
    sent = f"{scope}; {file.rows} rows; {asked.format}; sha256 {file.digest}"
    visit.disclose(export(asked.export).needs, sent, asked.reason)
    headers = {
        "content-disposition": f'attachment; filename="{file.name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
