"""Who sees what, written by hand, and every cell of it: a role, a thing, and one way to it.

The table of access/roles.py says the same in other words, and neither is made from the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from access.roles import Role
from pages.registry import REGISTRY
from reports.exports import EXPORTS, Format, export

CHIEF, ANALYST, PRESS, APPROVER, STEWARD, AUDITOR = Role

# Who may open each page, who is sent case rows and the names of staff, and who may take which file away.
PAGES = {
    "Overview": {CHIEF, ANALYST, APPROVER},
    "Progress": {CHIEF, ANALYST, APPROVER},
    "Failures": {CHIEF, ANALYST, APPROVER},
    "Findings": {CHIEF, ANALYST, APPROVER},
    "Referrals": {CHIEF, ANALYST, APPROVER},
    "Staffing": {CHIEF, ANALYST, APPROVER},
    "Contact": {CHIEF, ANALYST, APPROVER},
    "Assurance": {CHIEF, ANALYST, APPROVER},
    "Enquiries": {CHIEF, ANALYST, APPROVER},
    "Explore": {CHIEF, ANALYST, APPROVER},
    "Releases": {CHIEF, ANALYST, PRESS, APPROVER},
    "Headlines": {CHIEF, ANALYST, PRESS, APPROVER},
    "Check": {CHIEF, ANALYST, PRESS, APPROVER},
    "Data": {CHIEF, ANALYST, APPROVER, STEWARD},
    "Definitions": set(Role),
    "Audit": {AUDITOR},
    "Accessibility": set(Role),
    "Start": {STEWARD, AUDITOR},
}
ROWS = {CHIEF, ANALYST, STEWARD}
STAFF_NAMED = {CHIEF, STEWARD}
NOTES_WRITTEN = {ANALYST}
DECISIONS_TAKEN = {CHIEF, ANALYST}
LEAVES = {
    "figures": {CHIEF, ANALYST},
    "cases": {ANALYST, STEWARD},
    "record": {AUDITOR},
    "briefing": {CHIEF, ANALYST},
    "workbook": {CHIEF, ANALYST},
    "notice": {CHIEF, ANALYST, PRESS, APPROVER},
    "release_workbook": {CHIEF, ANALYST, PRESS, APPROVER},
    "web_page": {CHIEF, ANALYST, PRESS, APPROVER},
    "social_image": {CHIEF, ANALYST, PRESS, APPROVER},
}

# By which address each page is opened: the first is everybody's, and shows the page that is theirs.
ADDRESSES = {
    "/progress": "Progress",
    "/failures": "Failures",
    "/findings": "Findings",
    "/referrals": "Referrals",
    "/staffing": "Staffing",
    "/contact": "Contact",
    "/assurance": "Assurance",
    "/enquiries": "Enquiries",
    "/explore": "Explore",
    "/releases": "Releases",
    "/headlines": "Headlines",
    "/check": "Check",
    "/data": "Data",
    "/audit": "Audit",
    "/accessibility": "Accessibility",
}
FIRST, WORDS = "/", "/definitions"
# What every other address answers: to a reader of any role, and to whoever is not one.
PASSES = "what is behind the gate"
ELSEWHERE: dict[str, tuple[int | str, int | str]] = {
    "/export/0123": (PASSES, 403),
    "/_stcore/health": (PASSES, 403),
    "/_stcore/host-config": (PASSES, 403),
    "/static/js/index.js": (PASSES, 403),
    "/favicon.png": (PASSES, 403),
    "/manifest.json": (PASSES, 403),
    "/media/0123.csv": (404, 403),
    "/app/static/0123.csv": (404, 403),
    "/_stcore/metrics": (404, 403),
    "/_stcore/script-health-check": (404, 403),
    "/_stcore/upload_file/1/2": (404, 403),
    "/_stcore/bidi-components/x/y": (404, 403),
    "/_stcore/agent/interact": (404, 403),
    "/_stcore/agent/openapi.json": (404, 403),
    "/_stcore/agent/mcp": (404, 403),
    "/_stcore/stream": (404, 403),
    "/component/x/y": (404, 403),
    "/export": (404, 403),
    "/index.html": (404, 403),
    "/nowhere": (404, 403),
    "/send": (404, 403),  # there is no inbox
    "/Audit": (404, 403),
    "/audit/": (404, 403),
    "//audit": (404, 403),
    "/./audit": (404, 403),
    "/overview": (404, 403),
    "/start": (404, 403),
    "/healthz": (200, 200),
    "/enter/x": (303, 403),
    "/sign-in": (303, 303),
    "/signed-out": (303, 200),
    "/auth/login": (303, PASSES),
    "/oauth2callback": (303, 403),
    "/auth/logout": (303, 403),  # the last, because it ends the visit
}

# What takes seconds to make: it is taken away in one way by each role that may, and refused in all of them.
SLOW = {"briefing", "workbook", "notice", "release_workbook", "web_page", "social_image"}

TURNED, CACHED = "turned from a higher role", "after a higher role"
ENDED, RUN_OUT, NEVER = "ended", "run out", "never begun"
SERVICE_WAYS = ("live", ENDED, RUN_OUT, NEVER, TURNED, CACHED)
FILE_WAYS = (*SERVICE_WAYS, "another visit's link", "a link too old", "a link made up")
REPLAYED, GUESSED = "replayed after sign-out", "guessed"
READER_WAYS = ("live", TURNED)
REQUEST_WAYS = (*READER_WAYS, ENDED, RUN_OUT, REPLAYED, GUESSED)
MESSAGE_WAYS = ("live", TURNED, ENDED, RUN_OUT)


@dataclass(frozen=True)
class File:
    """One file, asked for by one role in one way."""

    role: Role
    way: str
    export: str
    format: Format

    @property
    def leaves(self) -> bool:
        """Whether it may leave."""
        return self.role in LEAVES[self.export] and self.way in ("live", TURNED, CACHED)


@dataclass(frozen=True)
class Request:
    """One address, asked for without a browser; who is not a reader has no role."""

    role: Role | None
    way: str
    place: str

    @property
    def answer(self) -> int | str:
        """The status of the answer, or that the request passes."""
        known = self.way in READER_WAYS
        if self.place in ELSEWHERE:
            reader, stranger = ELSEWHERE[self.place]
            return reader if known else stranger
        opened = self.place in (FIRST, WORDS) or self.role in PAGES[ADDRESSES[self.place]]
        return PASSES if known and opened else 403


@dataclass(frozen=True)
class Message:
    """One page, asked for by a message over an open websocket."""

    role: Role
    way: str
    page: str


def files() -> Iterator[File]:
    """Yield every role x way x export x format."""
    for role, way, each in product(Role, FILE_WAYS, EXPORTS):
        for format_ in export(each.id).formats:
            file = File(role, way, each.id, format_)
            if way == "live" or not (file.leaves and each.id in SLOW):
                yield file


def requests() -> Iterator[Request]:
    """Yield every role x way x address, and both kinds of nobody."""
    places = (FIRST, WORDS, *ADDRESSES, *ELSEWHERE)
    for who in [*product(Role, REQUEST_WAYS), (None, "no cookie"), (None, "made up")]:
        yield from (Request(*who, place) for place in places)


def messages() -> Iterator[Message]:
    """Yield every role x way x page; of a role that was turned, the pages that it has lost."""
    for role, way, entry in product(Role, MESSAGE_WAYS, REGISTRY):
        if way != TURNED or role not in PAGES[entry.title]:
            yield Message(role, way, entry.title)
