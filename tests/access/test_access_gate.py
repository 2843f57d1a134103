"""Every role and every kind of stranger at every address, by plain HTTP, through the gate."""

from collections.abc import Sequence
from itertools import groupby
from unittest.mock import MagicMock

import pytest
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from access.roles import Role
from access.services import Services
from pages.registry import needs
from pages.shell import app_setup
from tests.access.conftest import Clock
from tests.access.knocking import BEHIND, Knocker, finished
from tests.pages.matrix import (
    CHIEF,
    ELSEWHERE,
    ENDED,
    GUESSED,
    PASSES,
    REPLAYED,
    RUN_OUT,
    TURNED,
    Request,
    requests,
)

# Whoever comes back from the provider is nobody yet: the framework reads who it is, and the gate answers.
ASKS_BEHIND = "/oauth2callback"
VISITORS = {who: [*each] for who, each in groupby(requests(), lambda each: (each.role, each.way))}


@pytest.fixture
def knocker(knocker: Knocker) -> Knocker:
    """Somebody at the gate of the pages that there are."""
    knocker.pages = needs()
    return knocker


def token_of(knocker: Knocker, desk: Services, clock: Clock, role: Role | None, way: str) -> str:
    """Return what somebody brings who comes in one way."""
    if role is None:
        return "made-up" if way == "made up" else ""
    token = desk.welcome("amina", (CHIEF, role) if way == TURNED else (role,), "test")
    if way == TURNED:
        desk.visit(token).assume(role)
    elif way == ENDED:
        desk.sessions.end_all("amina")
    elif way == RUN_OUT:
        clock.now += 15 * 60
    elif way == REPLAYED:
        assert knocker.ask("/auth/logout", cookie=f"{desk.settings.cookie}={token}").status == 303
    return f"{token}x" if way == GUESSED else token


async def answers(knocker: Knocker, cookie: str, cells: Sequence[Request]) -> dict[Request, tuple]:
    """What each address answers, and whether anything behind the gate was asked."""
    found = {}
    for cell in cells:
        knocker.behind.paths.clear()
        answer = await knocker.asking(cell.place, cookie=cookie)
        told = PASSES if answer.body == BEHIND.decode() else answer.status
        found[cell] = (told, bool(knocker.behind.paths))
    return found


@pytest.mark.parametrize(("role", "way"), VISITORS)
def test_an_address_answers_each_role_and_each_stranger_as_is_written(knocker, desk, clock, role, way):
    token = token_of(knocker, desk, clock, role, way)
    cookie = f"{desk.settings.cookie}={token}" if token else ""
    found = finished(answers(knocker, cookie, VISITORS[role, way]))
    asked = {cell: cell.answer == PASSES for cell in found}
    asked |= {cell: cell.answer == 403 for cell in found if cell.place == ASKS_BEHIND}
    assert found == {cell: (cell.answer, asked[cell]) for cell in found}


def test_every_address_of_the_framework_and_of_ours_has_its_row():
    routes = [*create_streamlit_routes(MagicMock()), *app_setup.routes()]
    parts = {getattr(route, "path", "/static/").partition("{")[0] for route in routes}
    assert len(parts) > 10
    assert {part for part in parts if not any(place.startswith(part) for place in ELSEWHERE)} == set()
