"""What one interaction costs the server: at two sizes, against an empty page, and in bytes a value."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from tests.bench.aims import Aim
from tests.bench.measure import Ratio
from tests.bench.review import make_review
from tests.bench.visitor import Asked, Drawn, Server, Visitor

SMALL, LARGE = 3_778, 1_000_000
PAGES = {"Overview": "", "Failures": "failures"}
ROUNDS, TIMES = 3, 4
EMPTY = "an empty page"
KINDS = ("the same view again", "another as at", "another known at", "another filter")


def bench(console: Console) -> tuple[bool, list[Aim]]:
    """Print the CPU of each kind of interaction; return whether no page failed, and what is held to."""
    with tempfile.TemporaryDirectory() as folder:
        reviews = {size: Path(folder) / str(size) for size in (SMALL, LARGE)}
        for size, review in reviews.items():
            make_review(review, size)
        shipped = _session(console, reviews, "shipped")
        default = _session(console, {SMALL: reviews[SMALL]}, "default")
    failed = [*shipped.errors, *default.errors]
    console.print(*failed[:5], sep="\n")
    aims = [
        Aim(f"page CPU, {LARGE:,} / {SMALL:,}, {kind}", shipped.growth(kind).middle, 1.2) for kind in KINDS
    ]
    aims += [
        Aim("page CPU, 1,000,000 / 3,778, all four alike", shipped.growth(*KINDS).middle, 1.2),
        Aim(
            "page CPU / empty page, default settings, the same view",
            default.against_empty(KINDS[0]).middle,
            1.5,
        ),
        Aim(
            "page CPU / empty page, default settings, all four alike",
            default.against_empty(*KINDS).middle,
            1.5,
        ),
        Aim("page CPU as shipped / empty page at default settings", shipped.mean() / default.empty(), 1.5),
        *(
            Aim(
                f"bytes to the browser for each value of the line chart at {size:,}",
                shipped.bytes_a_value(size),
                8,
            )
            for size in (SMALL, LARGE)
        ),
    ]
    return not failed, aims


class _Session:
    """CPU seconds of an interaction, round by round: by (contender, page, kind)."""

    def __init__(self) -> None:
        self.spent: dict[tuple[str, str, str], list[float]] = {}
        self.drawn: dict[tuple[str, str], Drawn] = {}
        self.peaks: dict[str, float] = {}

    @property
    def errors(self) -> list[str]:
        return [error for drawn in self.drawn.values() for error in drawn.errors]

    def growth(self, *kinds: str) -> Ratio:
        return self._ratio(f"{LARGE:,}", f"{SMALL:,}", kinds)

    def against_empty(self, *kinds: str) -> Ratio:
        return Ratio([mine / self.empty() for mine in self._rounds(f"{SMALL:,}", kinds)])

    def empty(self) -> float:
        return mean(self.spent[EMPTY, "", KINDS[0]])

    def mean(self) -> float:
        return mean(self._rounds(f"{SMALL:,}", KINDS))

    def bytes_a_value(self, size: int) -> float:
        drawn = self.drawn[f"{size:,}", "Overview"]
        return drawn.lines / drawn.line_values

    def _ratio(self, one: str, other: str, kinds: tuple[str, ...]) -> Ratio:
        pairs = zip(self._rounds(one, kinds), self._rounds(other, kinds), strict=True)
        return Ratio([mine / its for mine, its in pairs])

    def _rounds(self, contender: str, kinds: tuple[str, ...]) -> list[float]:
        """Mean over the pages and kinds, for each round."""
        columns = [self.spent[contender, page, kind] for page in PAGES for kind in kinds]
        return [mean(turn) for turn in zip(*columns, strict=True)]


def _session(console: Console, reviews: dict[int, Path], settings: str) -> _Session:
    session = _Session()
    with ExitStack() as stack:
        servers = {
            f"{size:,}": stack.enter_context(Server("candour", settings, review))
            for size, review in reviews.items()
        }
        empty = stack.enter_context(Server("empty", settings))
        for page, address in PAGES.items():
            visitors = {name: stack.enter_context(server.visit(address)) for name, server in servers.items()}
            for kind in KINDS:
                _interact(session, servers, visitors, page, kind)
        visitor = stack.enter_context(empty.visit(""))
        session.spent[EMPTY, "", KINDS[0]] = [_clocked(empty, visitor, [{}] * 40)[0] for _ in range(ROUNDS)]
        session.peaks = {name: server.peak() for name, server in {**servers, EMPTY: empty}.items()}
    _tell(console, session, settings)
    return session


def _interact(
    session: _Session, servers: dict[str, Server], visitors: dict[str, Visitor], page: str, kind: str
) -> None:
    asked = _asked(kind)
    for _ in range(ROUNDS):
        batch = [next(asked) for _ in range(TIMES)]
        for name, visitor in visitors.items():
            spent, drawn = _clocked(servers[name], visitor, batch)
            session.spent.setdefault((name, page, kind), []).append(spent)
            session.drawn.setdefault((name, page), drawn)
            session.drawn[name, page].errors += drawn.errors


def _clocked(server: Server, visitor: Visitor, batch: list[Asked]) -> tuple[float, Drawn]:
    before = server.cpu()
    drawn = [visitor.ask(asked) for asked in batch]
    return (server.cpu() - before) / len(batch), drawn[-1]


def _asked(kind: str) -> Iterator[Asked]:
    """Views that nobody has looked at yet, one after another; the same one again has no answer to work out."""
    day = dt.date(2024, 5, 23)
    areas = [(area, route) for route in ("right to ask", "right to know") for area in
             ("north", "east", "south", "west", "central", "headquarters")]  # fmt: skip
    for number in range(ROUNDS * TIMES):
        if kind == KINDS[0]:
            yield {}
        elif kind == KINDS[1]:
            yield {"as_at": (_written(day - dt.timedelta(days=number)),)}
        elif kind == KINDS[2]:
            yield {"as_at": (_written(day - dt.timedelta(days=20 + number)),), "known": ("then",)}
        else:
            area, route = areas[number]
            yield {"area": (area,), "route": (route,)}


def _written(day: dt.date) -> str:
    return f"{day:%Y/%m/%d}"


def _tell(console: Console, session: _Session, settings: str) -> None:
    table = Table(
        "page",
        "interaction",
        f"CPU ms, {SMALL:,}",
        f"CPU ms, {LARGE:,}",
        "1,000,000 / 3,778",
        "3,778 / empty",
    )
    for column in table.columns[2:]:
        column.justify = "right"
    empty = session.empty()
    for page in PAGES:
        for kind in KINDS:
            small = session.spent[f"{SMALL:,}", page, kind]
            large = session.spent.get((f"{LARGE:,}", page, kind), [])
            cells = ["", ""]
            if large:
                growth = Ratio([mine / its for mine, its in zip(large, small, strict=True)])
                cells = [f"{1000 * mean(large):.0f}", str(growth)]
            over = Ratio([each / empty for each in small])
            table.add_row(page, kind, f"{1000 * mean(small):.0f}", *cells, str(over))
    console.print(
        f"\n[bold]A page's interaction, {settings} settings[/bold]: an empty page costs {1000 * empty:.0f} ms"
    )
    console.print(table)
    for (name, page), drawn in session.drawn.items():
        console.print(
            f"{page} at {name}: {drawn.sent:,} bytes in all; charts {drawn.charts:,} bytes for {drawn.values:,} values, "
            f"{drawn.charts / max(drawn.values, 1):.1f} bytes a value"
        )
    console.print(
        "Peak memory of the server, MB: "
        + ", ".join(f"{name} {each:,.0f}" for name, each in session.peaks.items())
    )
