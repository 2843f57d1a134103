"""The pages, as plain data: read by the navigation, the overview and the tests."""

from dataclasses import dataclass

from access.roles import Permission, Role, permitted


@dataclass(frozen=True)
class PageEntry:
    """One page: the file beside this one, its title, what it answers, and what a reader needs to open it.

    dated: whether it speaks of the day and the values chosen at the side.

    Streamlit puts this folder on the import path, so no file here may bear a package's name.
    """

    file: str
    title: str
    answers: str
    needs: Permission | None
    dated: bool = True

    @property
    def path(self) -> str:
        """Last part of the page's address; the first page is at the root."""
        return "" if self.file in ("overview.py", "start.py") else self.title.lower()


REGISTRY = (
    PageEntry("overview.py", "Overview", "Where are we, and what have we found?", Permission.FIGURES),
    PageEntry(
        "progress.py", "Progress", "How far have we come, and how long does it take?", Permission.FIGURES
    ),
    PageEntry("failures.py", "Failures", "Which failures, where, and the rows behind?", Permission.FIGURES),
    PageEntry(
        "loads.py",
        "Data",
        "What was loaded, held back or changed?",
        Permission.LOADS,
        dated=False,
    ),
    PageEntry("definitions.py", "Definitions", "What does each figure mean?", Permission.DEFINITIONS),
    PageEntry(
        "audit.py", "Audit", "Who looked at what? Is the record whole?", Permission.RECORD, dated=False
    ),
    PageEntry("start.py", "Start", "What may I open?", None),
)


def open_to(role: Role) -> tuple[PageEntry, ...]:
    """Pages that a role may open, in their order; who may not open the first starts on one that says so."""
    *pages, start = REGISTRY
    found = tuple(each for each in pages if each.needs is None or permitted(role, each.needs))
    return found if pages[0] in found else (start, *found)


def needs() -> dict[str, Permission | None]:
    """What each page's address needs; the first address is every reader's, whatever page it shows."""
    return {f"/{each.path}": each.needs if each.path else None for each in REGISTRY}
