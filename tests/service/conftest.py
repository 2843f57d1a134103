"""The desk to load from, as the tests of the intake have it."""

from tests.data.conftest import desk, empty_review, on_both

__all__ = ["desk", "empty_review", "on_both"]
