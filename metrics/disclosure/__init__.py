"""Disclosure control: what of a count the public is told, and what can be concluded from it all."""
