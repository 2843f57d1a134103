"""The pages, as plain data: read by the navigation, the overview and the tests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageEntry:
    """One page: the file beside this one, its title and what it answers.

    Streamlit puts this folder on the import path, so no file here may bear a package's name.
    """

    file: str
    title: str
    answers: str

    @property
    def path(self) -> str:
        """Last part of the page's address; the first page is at the root."""
        return "" if self.file == "overview.py" else self.title.lower()


REGISTRY = (
    PageEntry("overview.py", "Overview", "Where are we, and what have we found?"),
    PageEntry("progress.py", "Progress", "How far have we come, and how long does it take?"),
    PageEntry("failures.py", "Failures", "Which failures, where, and who is behind each number?"),
    PageEntry("loads.py", "Data", "What was loaded, what was held back, what changed?"),
    PageEntry("definitions.py", "Definitions", "What does each figure mean?"),
)
