"""Releases as a reader may see and move them: the service behind the pages of the press office."""
