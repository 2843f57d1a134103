"""What one interaction costs the server: at two sizes, against an empty page, and in bytes a value."""

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from data.review import Review
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE
from metrics.metric import spoken
from tests.bench.aims import Aim
from tests.bench.measure import Ratio, clocked
from tests.bench.parts import Options, Outcome, console, progress
from tests.bench.register import EXTRACTS, VERSION
from tests.bench.review import make_review
from tests.bench.sql import over_tables
from tests.bench.visitor import Asked, Drawn, Server, Visitor

PAGES = {"Overview": "", "Failures": "failures"}
SETTINGS = ("shipped", "default")
ROUNDS, TIMES = 3, 4
EMPTY = "an empty page"
KINDS = ("the same view again", "another as at", "another known at", "another filter")
LAST = EXTRACTS[-1]


def bench(size: int, options: Options) -> Outcome:
    """Print the CPU of each kind of interaction; return whether the pages told the numbers that SQL counts.

    A size above the smallest is visited in turns with the smallest.
    """
    out = console()
    sizes = sorted({options.smallest, size})
    # What an empty page costs at default settings is asked once: it has no size.
    settings = options.settings if len(sizes) == 1 else SETTINGS[:1]
    with tempfile.TemporaryDirectory() as folder:
        reviews = {}
        for each in sizes:
            progress(out, f"making a review of {each:,}")
            reviews[each] = make_review(Path(folder) / str(each), each)
        sessions = {each: _session(out, reviews, each, options) for each in settings}
    unlike = [text for session in sessions.values() for text in session.unlike]
    numbers = sum(session.compared for session in sessions.values())
    out.print(f"{numbers} numbers on the pages against SQL: {'DIFF' if unlike or not numbers else 'EQUAL'}")
    out.print(*unlike[:20], sep="\n", markup=False)
    return bool(numbers) and not unlike, _aims(sizes, sessions)


def _aims(sizes: list[int], sessions: Mapping[str, "_Session"]) -> list[Aim]:
    aims: list[Aim] = []
    small, large = sizes[0], sizes[-1]
    shipped, default = sessions.get("shipped"), sessions.get("default")
    if shipped and large > small:
        pair = f"page CPU, {large:,} / {small:,}"
        aims += [Aim(f"{pair}, {kind}", shipped.growth(kind).middle, 1.2) for kind in KINDS]
        aims.append(Aim(f"{pair}, all four alike", shipped.growth(*KINDS).middle, 1.2))
    if shipped:
        checked = f"checking what the snapshot holds / the first view at {large:,}, CPU"
        aims.append(Aim(checked, shipped.checks[f"{large:,}"] / shipped.firsts[f"{large:,}"], 0.05))
        told = f"bytes to the browser for each value of the line chart at {large:,}"
        aims.append(Aim(told, shipped.bytes_a_value(large), 8))
    if default:
        against = f"page CPU at {small:,} / empty page, default settings"
        aims.append(Aim(f"{against}, the same view", default.against_empty(KINDS[0]).middle, 1.5))
        aims.append(Aim(f"{against}, all four alike", default.against_empty(*KINDS).middle, 1.5))
    if shipped and default:
        against = f"page CPU at {small:,} as shipped / empty page at default settings"
        aims.append(Aim(against, shipped.mean() / default.empty(), 1.5))
    return aims


class _Session:
    """CPU seconds of an interaction, round by round: by (contender, page, kind)."""

    def __init__(self, reviews: Mapping[int, Review]) -> None:
        self.small, self.large = f"{min(reviews):,}", f"{max(reviews):,}"
        self.counts = {f"{size:,}": _Counts(review) for size, review in reviews.items()}
        self.servers: dict[str, Server] = {}
        self.spent: dict[tuple[str, str, str], list[float]] = {}
        self.drawn: dict[tuple[str, str], Drawn] = {}
        self.peaks: dict[str, float] = {}
        self.firsts: dict[str, float] = {}
        self.checks: dict[str, float] = {}
        self.unlike: list[str] = []
        self.compared = 0

    def growth(self, *kinds: str) -> Ratio:
        return self._ratio(self.large, self.small, kinds)

    def against_empty(self, *kinds: str) -> Ratio:
        return Ratio([mine / self.empty() for mine in self._rounds(self.small, kinds)])

    def empty(self) -> float:
        return mean(self.spent[EMPTY, "", KINDS[0]])

    def mean(self) -> float:
        return mean(self._rounds(self.small, KINDS))

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


def _session(out: Console, reviews: dict[int, Review], settings: str, options: Options) -> _Session:
    session = _Session(reviews)
    rounds = min(options.turns or ROUNDS, ROUNDS)
    with ExitStack() as stack:
        servers = session.servers = {
            f"{size:,}": stack.enter_context(Server("candour", settings, review.folder))
            for size, review in reviews.items()
        }
        empty = stack.enter_context(Server("empty", settings))
        for page, address in PAGES.items():
            visitors: dict[str, Visitor] = {}
            for name, server in servers.items():
                progress(out, f"{settings} settings: opening {page} at {name}")
                before = server.cpu()
                visitors[name] = stack.enter_context(server.visit(address))
                session.firsts.setdefault(name, server.cpu() - before)
            for kind in KINDS:
                _interact(session, visitors, page, kind, rounds)
                costs = {name: mean(session.spent[name, page, kind]) for name in servers}
                told = ", ".join(f"{1000 * each:.0f} ms at {name}" for name, each in costs.items())
                progress(out, f"{settings} settings: {page}, {kind}: {told}")
        visitor = stack.enter_context(empty.visit(""))
        session.spent[EMPTY, "", KINDS[0]] = [
            _clocked(empty, visitor, [{}] * 10 * TIMES)[0] for _ in range(rounds)
        ]
        session.checks = {f"{size:,}": _check(review) for size, review in reviews.items()}
        session.peaks = {name: server.peak() for name, server in {**servers, EMPTY: empty}.items()}
    _tell(out, session, settings)
    return session


def _interact(session: "_Session", visitors: dict[str, Visitor], page: str, kind: str, rounds: int) -> None:
    asked = _asked(kind)
    for _ in range(rounds):
        batch = [next(asked) for _ in range(TIMES if rounds > 1 else 1)]
        for name, visitor in visitors.items():
            spent, drawn = _clocked(session.servers[name], visitor, batch)
            session.spent.setdefault((name, page, kind), []).append(spent)
            session.drawn.setdefault((name, page), drawn)
            where = f"{page} at {name}, {batch[-1]}"
            session.unlike += [f"{where}: {error}" for error in drawn.errors]
            if "area" not in batch[-1]:
                numbers = session.counts[name].of(drawn, batch[-1])
                session.compared += len(numbers)
                session.unlike += [
                    f"{where}: {title} is {shown} on the page and {counted} in SQL"
                    for title, (shown, counted) in numbers.items()
                    if shown != counted
                ]


def _check(review: Review) -> float:
    """CPU seconds of reading all files of a snapshot, histories too, and holding them to their signatures."""
    snapshot = review.snapshot(VERSION)
    # The bench lays the bare tables beside them, for SQL.
    files = sorted(file.name for file in snapshot.folder.iterdir() if not file.suffix)
    return clocked(lambda: [snapshot.scan(file) for file in files])[0]


class _Counts:
    """What SQL counts over the bare tables of a review, for the strip of a page."""

    def __init__(self, review: Review) -> None:
        self.sql = over_tables(review.snapshot(VERSION).folder)
        self.names = {
            spoken(each, review.terms.words).title: each.name
            for each in CATALOGUE
            if each.unit not in ("share", "days")
        }

    def of(self, drawn: Drawn, asked: Asked) -> dict[str, tuple[str, str]]:
        """Return the number of each figure that is a count, and what SQL counts on the same clocks."""
        as_at = dt.date.fromisoformat(asked["as_at"][0].replace("/", "-")) if "as_at" in asked else LAST
        rows = self.sql.whole_set(Clocks(as_at, as_at if "known" in asked else LAST))
        return {
            title: (shown, f"{rows[self.names[title], ''][0]:,.0f}")
            for title, shown in drawn.cards.items()
            if title in self.names
        }


def _clocked(server: Server, visitor: Visitor, batch: list[Asked]) -> tuple[float, Drawn]:
    before = server.cpu()
    drawn = [visitor.ask(asked) for asked in batch]
    spent = (server.cpu() - before) / len(batch)
    drawn[-1].errors = [error for each in drawn for error in each.errors]
    return spent, drawn[-1]


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


def _tell(out: Console, session: _Session, settings: str) -> None:
    small, large, empty = session.small, session.large, session.empty()
    pair = [f"CPU ms, {large}", f"{large} / {small}"] if large != small else []
    table = Table("page", "interaction", f"CPU ms, {small}", *pair, f"{small} / empty")
    for column in table.columns[2:]:
        column.justify = "right"
    for page in PAGES:
        for kind in KINDS:
            spent = session.spent[small, page, kind]
            cells = [f"{1000 * mean(spent):.0f}"]
            if pair:
                more = session.spent[large, page, kind]
                growth = Ratio([mine / its for mine, its in zip(more, spent, strict=True)])
                cells += [f"{1000 * mean(more):.0f}", str(growth)]
            table.add_row(page, kind, *cells, str(Ratio([each / empty for each in spent])))
    out.print(
        f"\n[bold]A page's interaction, {settings} settings[/bold]: an empty page costs {1000 * empty:.0f} ms"
    )
    out.print(table)
    for (name, page), drawn in session.drawn.items():
        out.print(
            f"{page} at {name}: {drawn.sent:,} bytes in all; charts {drawn.charts:,} bytes for {drawn.values:,} values, "
            f"{drawn.charts / max(drawn.values, 1):.1f} bytes a value"
        )
    out.print(
        "Peak memory of the server, MB: "
        + ", ".join(f"{name} {each:,.0f}" for name, each in session.peaks.items())
    )
