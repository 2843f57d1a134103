"""What the registry says of a page."""

from dataclasses import dataclass

from access.roles import Permission


@dataclass(frozen=True)
class PageEntry:
    """One page: the file beside the registry, its title, what it answers, and what a reader needs to open it.

    dated: whether it speaks of the day and the values chosen at the side.

    Streamlit puts the pages' folder on the import path, so no file there may bear a package's name.
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
