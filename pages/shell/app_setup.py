"""What stands in front of the pages: the gate, the way in, and what is said when a page fails."""

import logging
import sys
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from access.gate import Gate
from access.settings import Mode
from access.socket import bound_frames
from data.record_files import keep_journal
from pages.framework import document, secrets_of, share_state, stop_if_asked, streamlit_wire
from pages.registry import needs
from pages.shell import download_route
from pages.shell.current_user import desk
from service import cache

STYLE = Path(__file__).with_name("style.css")


def guarded() -> dict[str, Any]:
    """Return what `st.App` must be given so that nothing runs for anyone whom the server does not know."""
    keep_journal(otherwise=logging.StreamHandler())
    share_state(desk().settings)
    bound_frames()
    cache.set_limit(desk().settings.cache_megabytes)
    cache.stop_waiting_by(stop_if_asked)
    gate = Middleware(Gate, services=desk, pages=needs(), protocol=streamlit_wire())
    return {
        "middleware": [gate],
        "routes": [*download_route.routes(), *addresses()],
        "secrets": secrets_of(desk().settings),
        "on_script_error": say_what_happened,
    }


def addresses() -> list[Route]:
    """Return the addresses of the pages: Streamlit's own document, with our style from the first paint on.

    A style that a run sends arrives after the page is laid out, which then moves.
    """
    styled = document().replace("</body>", f"<style>{STYLE.read_text('utf-8')}</style></body>")

    async def open_page(_: Request) -> HTMLResponse:
        return HTMLResponse(styled)

    return [Route(path, open_page) for path in needs()]


def tell_way_in(port: int) -> None:
    if desk().settings.mode is Mode.SINGLE_USER:
        address = f"http://127.0.0.1:{port}/enter/{desk().key}"
        sys.stderr.write(f"Open {address} in your browser, and keep this address to yourself.\n")


def say_what_happened(error: Exception) -> bool:
    logging.getLogger("candour").error("A page failed.", exc_info=error)
    st.error(
        "This page could not be shown. Nothing has been changed or lost. Reload the page; if it "
        "happens again, tell whoever runs Candour the time and the page's address."
    )
    return True
