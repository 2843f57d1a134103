"""The parts of the releases page: which there are, what one would say, and what may be done with it."""
