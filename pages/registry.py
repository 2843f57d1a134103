"""The pages, as plain data: read by the navigation, the gate, the overview and the tests."""

from dataclasses import dataclass
from importlib import import_module

from access.roles import Permission, Role, permitted

FIGURES, LOADS, RECORD = Permission.FIGURES, Permission.LOADS, Permission.RECORD
RELEASES = Permission.RELEASES


@dataclass(frozen=True)
class Entry:
    """A page; dated: whether it speaks of the day and the values chosen at the side."""

    module: str
    title: str
    answers: str
    needs: Permission | None
    dated: bool = True

    @property
    def path(self) -> str:
        return "" if self.module in ("overview", "start") else self.title.lower()

    def draw(self) -> None:
        # Imported when it is opened: pages link to each other by this registry.
        import_module(f"pages.{self.module}").draw()


REGISTRY = (
    Entry("overview", "Overview", "Are we on course, and what needs a decision?", FIGURES),
    Entry("progress", "Progress", "How far have we come, and when shall we finish?", FIGURES),
    Entry("failures", "Failures", "Which failures, where, and is a change real?", FIGURES),
    Entry("referrals", "Referrals", "Which are open, how long, and what is owed?", FIGURES),
    Entry("staffing", "Staffing", "Who reviews, what do they get done, and is it enough?", FIGURES),
    Entry("contact", "Contact", "Who has not been reached, and why?", FIGURES),
    Entry("assurance", "Assurance", "Can the review's own outcomes be relied on?", FIGURES),
    Entry("enquiries", "Enquiries", "Who asks, who waits, and how soon do people hear?", FIGURES),
    Entry("explore", "Explore", "Any figure, by what you choose: where does it come from?", FIGURES),
    Entry("headlines", "Headlines", "What have we said, and what may we say?", RELEASES, dated=False),
    Entry("check", "Check", "Does a draft say what was published?", RELEASES, dated=False),
    Entry(
        "releases", "Releases", "What is drafted, approved and published, and by whom?", RELEASES, dated=False
    ),
    Entry("loads", "Data", "What was loaded, rejected or changed?", LOADS, dated=False),
    Entry("definitions", "Definitions", "What does each figure mean?", Permission.DEFINITIONS),
    Entry("audit", "Audit", "Who looked at what? Is the record whole?", RECORD, dated=False),
    Entry(
        "accessibility", "Accessibility", "Who can use this, and what is not right yet?", None, dated=False
    ),
    Entry("start", "Start", "What may I open?", None),
)
FIRST = ("Overview", "Headlines")


def open_to(role: Role) -> tuple[Entry, ...]:
    """Pages that a role may open, in their order; who has none to begin with begins on one that says so."""
    *pages, start = REGISTRY
    entries = tuple(entry for entry in pages if entry.needs is None or permitted(role, entry.needs))
    return entries if entries[0].title in FIRST else (start, *entries)


def needs() -> dict[str, Permission | None]:
    """What each page's address needs; the first address is every reader's, whatever page it shows."""
    return {f"/{entry.path}": entry.needs if entry.path else None for entry in REGISTRY}
