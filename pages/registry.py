"""The pages, as plain data: read by the navigation, the gate, the overview and the tests."""

from dataclasses import dataclass
from importlib import import_module

from access.roles import Permission, Role, permitted
from service.view import Source

FIGURES, LOADS, RECORD = Permission.FIGURES, Permission.LOADS, Permission.RECORD
RELEASES = Permission.RELEASES


@dataclass(frozen=True)
class Entry:
    """A page. figures: those of which one must be loaded for the page to be there; none: it always is. dated:
    whether it shows the day and the filters of the header."""

    module: str
    title: str
    answers: str
    needs: Permission | None
    group: str = ""
    figures: tuple[str, ...] = ()
    dated: bool = True

    @property
    def path(self) -> str:
        return "" if self.module in ("overview", "start") else self.title.lower()

    def draw(self) -> None:
        # Imported when it is opened: pages link to each other by this registry.
        import_module(f"pages.{self.module}").draw()


WHAT_NEEDS = "Are we on course, and what needs a decision?"
WHO_DRAFTS = "What is drafted, approved and published, and by whom?"
WHO_CAN = "Who can use this, and what is not right yet?"
CASES, CHECKS = ("population",), ("second_looks", "sample_checks")
FOUND = ("share_adverse",)
INBOX = ("enquiries", "disclosed")

REGISTRY = (
    Entry("overview", "Overview", WHAT_NEEDS, FIGURES, "Monitor"),
    Entry("progress", "Progress", "How far are we, and when shall we finish?", FIGURES, "Monitor", CASES),
    Entry("failures", "Failures", "Which failures, where, is it real?", FIGURES, "Monitor", ("failures",)),
    Entry("findings", "Findings", "What was found, where, and did it stand?", FIGURES, "Monitor", FOUND),
    Entry("referrals", "Referrals", "Which are open, how long?", FIGURES, "Monitor", ("referrals",)),
    Entry("staffing", "Staffing", "Who reviews, and is it enough?", FIGURES, "Monitor", ("headcount",)),
    Entry("contact", "Contact", "Who waits to be reached?", FIGURES, "People", ("people_waiting",)),
    Entry("enquiries", "Enquiries", "Who asks, and how soon do we answer?", FIGURES, "People", INBOX),
    Entry("explore", "Explore", "Any figure, by whatever you choose.", FIGURES, "Analyse", CASES),
    Entry("assurance", "Assurance", "Can the review be relied on?", FIGURES, "Analyse", CHECKS),
    Entry("headlines", "Headlines", "What may we say?", RELEASES, "Publish", dated=False),
    Entry("check", "Check", "Does a draft match what we published?", RELEASES, "Publish", dated=False),
    Entry("releases", "Releases", WHO_DRAFTS, RELEASES, "Publish", dated=False),
    Entry("loads", "Data", "What was loaded, rejected or changed?", LOADS, "Data", dated=False),
    Entry("definitions", "Definitions", "What each figure means.", Permission.DEFINITIONS, "Data"),
    Entry("audit", "Audit", "Who opened what? Is the record whole?", RECORD, "Data", dated=False),
    Entry("accessibility", "Accessibility", WHO_CAN, None, dated=False),
    Entry("start", "Start", "What may I open?", None),
)
FIRST = ("Overview", "Headlines")


def open_to(role: Role, source: Source | None = None) -> tuple[Entry, ...]:
    """Pages that a role may open, in their order; who has none to begin with begins on one that says so.
    source: a review, of which those pages are left out that it has no data for."""
    *pages, start = REGISTRY
    may = (entry for entry in pages if entry.needs is None or permitted(role, entry.needs))
    if source is not None and source.tables:
        # Of a nation there are no rows: they stay with each force.
        may = (entry for entry in may if entry.needs is None or source.visit.may(entry.needs))
        may = (entry for entry in may if not entry.figures or source.loaded(entry.figures))
    entries = tuple(may)
    return entries if entries[0].title in FIRST else (start, *entries)


def needs() -> dict[str, Permission | None]:
    """What each page's address needs; the first address is every reader's, whatever page it shows."""
    return {f"/{entry.path}": entry.needs if entry.path else None for entry in REGISTRY}
