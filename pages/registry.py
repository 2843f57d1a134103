"""The pages, as plain data: read by the navigation, the overview and the tests."""

from access.roles import Permission, Role, permitted
from pages.shell.entry import PageEntry as Entry

FIGURES, LOADS, RECORD = Permission.FIGURES, Permission.LOADS, Permission.RECORD
RELEASES = Permission.RELEASES

REGISTRY = (
    Entry("overview.py", "Overview", "Are we on course, and what needs a decision?", FIGURES),
    Entry("progress.py", "Progress", "How far have we come, and when shall we finish?", FIGURES),
    Entry("failures.py", "Failures", "Which failures, where, and is a change real?", FIGURES),
    Entry("referrals.py", "Referrals", "Which are open, how long, and what is owed?", FIGURES),
    Entry("staffing.py", "Staffing", "Who reviews, what do they get done, and is it enough?", FIGURES),
    Entry("contact.py", "Contact", "Who has not been reached, and why?", FIGURES),
    Entry("assurance.py", "Assurance", "Can the review's own outcomes be relied on?", FIGURES),
    Entry("enquiries.py", "Enquiries", "Who asks, who waits, and how soon were people told?", FIGURES),
    Entry("explore.py", "Explore", "Any figure, by what you choose: where does it come from?", FIGURES),
    Entry("headlines.py", "Headlines", "What have we said, and what may we say?", RELEASES, dated=False),
    Entry("check.py", "Check", "Does a draft say what was published?", RELEASES, dated=False),
    Entry(
        "releases.py",
        "Releases",
        "What is drafted, approved and published, and by whom?",
        RELEASES,
        dated=False,
    ),
    Entry("loads.py", "Data", "What was loaded, held back or changed?", LOADS, dated=False),
    Entry("definitions.py", "Definitions", "What does each figure mean?", Permission.DEFINITIONS),
    Entry("audit.py", "Audit", "Who looked at what? Is the record whole?", RECORD, dated=False),
    Entry(
        "accessibility.py", "Accessibility", "Who can use this, and what is not right yet?", None, dated=False
    ),
    Entry("start.py", "Start", "What may I open?", None),
)
FIRST = ("Overview", "Headlines")


def open_to(role: Role) -> tuple[Entry, ...]:
    """Pages that a role may open, in their order; who has none to begin with begins on one that says so."""
    *pages, start = REGISTRY
    found = tuple(each for each in pages if each.needs is None or permitted(role, each.needs))
    return found if found[0].title in FIRST else (start, *found)


def needs() -> dict[str, Permission | None]:
    """What each page's address needs; the first address is every reader's, whatever page it shows."""
    return {f"/{each.path}": each.needs if each.path else None for each in REGISTRY}
