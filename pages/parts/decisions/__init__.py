"""What needs a decision, and what was promised: found from a view and drawn, for any page that shows them."""

from pages.parts.decisions.board import draw
from pages.parts.decisions.found import decisions
from pages.parts.decisions.promises import promises

__all__ = ["decisions", "draw", "promises"]
