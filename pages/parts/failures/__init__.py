"""The parts of the page on failures."""
