"""The pages, as plain data: read by the navigation, the overview and the tests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageEntry:
    """One page: the file beside this one, its title, its icon and what it answers."""

    file: str
    title: str
    icon: str
    answers: str

    @property
    def path(self) -> str:
        """Last part of the page's address."""
        return self.file.removesuffix(".py")


REGISTRY = (
    PageEntry("overview.py", "Overview", "🏠", "Where are we, and what have we found?"),
    PageEntry("progress.py", "Progress", "📈", "How far have we come, and how long does it take?"),
    PageEntry("failures.py", "Failures", "🔎", "Which failures, where, and who is behind each number?"),
    PageEntry("data.py", "Data", "🗂️", "What was loaded, what was held back, what changed?"),
    PageEntry("definitions.py", "Definitions", "📖", "What does each figure mean?"),
)
