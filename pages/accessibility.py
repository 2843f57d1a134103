"""Accessibility: what was tested and how, what is not right yet, and how to say so."""

from pages.parts.accessible import drawn
from pages.parts.opening import current_source
from pages.registry import REGISTRY

drawn.draw(current_source().terms, len(REGISTRY))
