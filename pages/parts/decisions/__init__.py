"""What needs a decision, and what was promised: found from a view and drawn, for any page that shows them."""

from pages.parts.decisions.board import draw
from service.decisions import decisions
from service.promises import promises

__all__ = ["decisions", "draw", "promises"]
