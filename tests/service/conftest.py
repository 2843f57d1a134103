"""The desk to load from, as the tests of the intake have it."""

from tests.data.conftest import desk, on_both
from tests.pages.conftest import app, opened_menus, planted, planted_once

__all__ = ["app", "desk", "on_both", "opened_menus", "planted", "planted_once"]
