"""Accessibility: what was tested and how, what is not right yet, and how to say so."""

from pages.parts.accessible import drawn
from pages.registry import REGISTRY
from pages.shell.page_start import current_source

drawn.draw(current_source().terms, len(REGISTRY))
