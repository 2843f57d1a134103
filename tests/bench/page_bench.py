"""What every page costs the server: at two sizes, against an empty page, and in bytes for a value drawn."""

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from access.roles import Role
from access.services import services_of
from data.review import Review
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE
from metrics.metric import spoken
from pages.registry import REGISTRY, Entry, open_to
from pages.shell.address import NARROWED_BY
from tests.bench import aims
from tests.bench.aims import Measured
from tests.bench.measure import Ratio, clocked
from tests.bench.parts import Options, Outcome, console, progress
from tests.bench.register import EXTRACTS, VERSION
from tests.bench.review import make_review
from tests.bench.sql import over_tables
from tests.bench.visitor import Asked, Drawn, Server, Visitor

ROUNDS = 3
FIRST, SAME, AS_AT, KNOWN_AT, FILTER, SWITCH = KINDS = (
    "first view", "same view", "another as at", "another known at", "filter", "switch to it",
)  # fmt: skip
CLICKS = KINDS[1:]
ELSEWHERE = ("accessibility", "definitions")
"""Pages that are open to all: from one of them a page is turned to."""
EMPTY, SHIPPED = "an empty page as it comes", "an empty page as shipped"
LAST_DAY = EXTRACTS[-1]


def bench(size: int, options: Options) -> Outcome:
    """Visit every page; whether they showed the numbers that SQL counts.

    A size above the smallest is visited in turns with the smallest.
    """
    out = console()
    entries = [entry for entry in REGISTRY if not options.pages or entry.title in options.pages]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        hosts = [
            _Host(EMPTY, stack.enter_context(Server("empty", "default"))),
            _Host(SHIPPED, stack.enter_context(Server("empty", "shipped"))),
        ]
        for number in sorted({options.smallest, size}):
            progress(out, f"making a review of {number:,}")
            review = make_review(Path(folder) / str(number), number)
            server = stack.enter_context(Server("candour", "shipped", review.folder))
            hosts.append(_Host(f"{number:,}", server, review, _Counts(review)))
        for host in hosts:
            host.cold, visitor = host.server.spent(partial(host.server.visit, ""))
            visitor.close()
            progress(out, f"{host.name}: the very first view, CPU {host.cold:.2f} s")
        for entry in entries:
            _visit(hosts, entry, options.turns or ROUNDS)
            cells = (
                f"{kind} {1000 * median(hosts[-1].spent[entry.title, kind]):,.0f}"
                for kind in _kinds(hosts, entry)
            )
            progress(out, f"{entry.title} at {size:,}, CPU ms: {', '.join(cells)}")
        peaks = ", ".join(f"{host.name} {host.server.peak():,.0f}" for host in hosts)
        checked = _check(review)
    _print(out, hosts, entries)
    out.print(f"Peak memory of the servers, MB: {peaks}")
    compared, unlike = sum(host.compared for host in hosts), [text for host in hosts for text in host.unlike]
    right = bool(compared) and not unlike
    out.print(f"{compared} numbers on the pages against SQL: {'EQUAL' if right else 'DIFF'}")
    out.print(*unlike[:20], sep="\n", markup=False)
    return right, [*_measured(hosts, entries, size), Measured(aims.SNAPSHOT, checked / hosts[-1].cold, size)]


@dataclass
class _Host:
    """A server with its review, or of an empty page. spent: CPU seconds, round by round, by (page, kind).
    cold: of the very first view, for which nothing has been built yet."""

    name: str
    server: Server
    review: Review | None = None
    counts: "_Counts | None" = None
    cold: float = 0.0
    spent: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    drawn: dict[str, Drawn] = field(default_factory=dict)
    unlike: list[str] = field(default_factory=list)
    compared: int = 0

    def open(self, entry: Entry) -> Visitor:
        """Open a page as the first role that may."""
        if self.review is None:
            return self.server.visit("")
        role = next(role for role in Role if entry in open_to(role))
        return self.server.visit(
            entry.path, services_of(self.review.folder).welcome("reader", (role,), "bench")
        )

    def click(self, visitor: Visitor, entry: Entry, kind: str, values: Asked) -> Drawn:
        work = partial(visitor.ask, values)
        if self.review is None:
            work = partial(visitor.ask, {})
        elif kind == SWITCH:
            self.server.spent(partial(visitor.turn, next(path for path in ELSEWHERE if path != entry.path)))
            work = partial(visitor.turn, entry.path)
        spent, drawn = self.server.spent(work)
        self.spent[entry.title, kind].append(spent)
        self.drawn[entry.title] = drawn
        self.unlike += [f"{entry.title} at {self.name}, {kind} {values}: {error}" for error in drawn.errors]
        return drawn

    def compare(self, page: str, drawn: Drawn, values: Asked) -> None:
        if self.counts is None:
            return
        numbers = self.counts.of(drawn, values)
        self.compared += len(numbers)
        self.unlike += [
            f"{page} at {self.name}, {values}: {title} is {shown} on the page and {counted} in SQL"
            for title, (shown, counted) in numbers.items()
            if shown != counted
        ]

    def empty(self, page: str, kind: str) -> float:
        """Return the CPU seconds of an empty page, of all clicks while a page was visited."""
        kinds = CLICKS if kind in CLICKS else (FIRST,)
        return median(spent for kind in kinds for spent in self.spent[page, kind])


def _visit(hosts: list[_Host], entry: Entry, rounds: int) -> None:
    """Open a page on every server, and click on all of them in turns."""
    with ExitStack() as stack:
        visitors: dict[str, Visitor] = {}
        for host in hosts:
            spent, visitor = host.server.spent(partial(host.open, entry))
            visitors[host.name] = stack.enter_context(visitor)
            host.spent[entry.title, FIRST].append(spent)
        seen = visitors[hosts[-1].name]
        for kind in CLICKS:
            views = asked(kind, seen)
            for turn, values in zip(range(rounds), views, strict=False):
                for host in hosts[:: 1 if turn % 2 == 0 else -1]:
                    drawn = host.click(visitors[host.name], entry, kind, values)
                    if kind in (SAME, AS_AT, KNOWN_AT) and turn == rounds - 1:
                        host.compare(entry.title, drawn, values)


def _kinds(hosts: list[_Host], entry: Entry) -> list[str]:
    return [kind for kind in KINDS if hosts[-1].spent.get((entry.title, kind))]


def _ratio(hosts: list[_Host], entry: Entry, kind: str, base: str = EMPTY) -> Ratio:
    """Of the smallest size against an empty page; of the largest, where `base` is the smallest, against it."""
    named = {host.name: host for host in hosts}
    spent = hosts[-1 if named[base].review else 2].spent[entry.title, kind]
    if named[base].review is None:
        return Ratio([mine / named[base].empty(entry.title, kind) for mine in spent])
    return Ratio([mine / its for mine, its in zip(spent, named[base].spent[entry.title, kind], strict=True)])


def _measured(hosts: list[_Host], entries: list[Entry], size: int) -> list[Measured]:
    small, large = hosts[2], hosts[-1]
    clicks = {
        (entry, kind): f"{entry.title}, {kind}"
        for entry in entries
        for kind in _kinds(hosts, entry)
        if kind in CLICKS
    }
    ratios = {name: _ratio(hosts, entry, kind).middle for (entry, kind), name in clicks.items()}
    measured: list[Measured] = []
    if small is large:
        measured += aims.worst(aims.CLICK, ratios, size)
    else:
        growth = {name: _ratio(hosts, *of, small.name).middle for of, name in clicks.items()}
        measured += aims.worst(aims.GROWTH, growth, size)
    drawn = {title: page.sent / page.values for title, page in large.drawn.items() if page.values}
    pages = large.drawn.values()
    if values := sum(page.values for page in pages):
        measured.append(Measured(aims.ALL_BYTES, sum(page.sent for page in pages) / values, size))
    return [*measured, *aims.worst(aims.BYTES, drawn, size)]


def _print(out: Console, hosts: list[_Host], entries: list[Entry]) -> None:
    small, large = hosts[2], hosts[-1]
    for host in hosts[:2]:
        pages = [entry.title for entry in entries]
        first, click = (median(host.empty(page, kind) for page in pages) for kind in (FIRST, SAME))
        out.print(f"{host.name}: first view {1000 * first:.0f} ms, a click {1000 * click:.1f} ms of CPU")
    for host, base in [(small, EMPTY), *([(large, small.name)] if large is not small else [])]:
        title = f"CPU ms at {host.name}, and how many times {base if base == EMPTY else 'at ' + base}"
        table = Table("page", *KINDS, "bytes / values drawn", title=title, title_justify="left")
        for entry in entries:
            kinds = _kinds(hosts, entry)
            cells = [
                f"{1000 * median(host.spent[entry.title, kind]):,.0f}\n{_ratio(hosts, entry, kind, base)}"
                if kind in kinds
                else ""
                for kind in KINDS
            ]
            drawn = host.drawn[entry.title]
            share = f"{drawn.sent / drawn.values:.0f}" if drawn.values else "no chart"
            table.add_row(entry.title, *cells, f"{drawn.sent:,} / {drawn.values:,}\n{share}")
        out.print(table)


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
            spoken(metric, review.terms.words).title: metric.name
            for metric in CATALOGUE
            if metric.unit not in ("share", "days")
        }

    def of(self, drawn: Drawn, asked: Asked) -> dict[str, tuple[str, str]]:
        """Return the number of each figure that is a count, and what SQL counts on the same clocks."""
        names = {title: self.names[title] for title in drawn.cards if title in self.names}
        if not names:
            return {}
        as_at = dt.date.fromisoformat(asked["as_at"][0].replace("/", "-")) if "as_at" in asked else LAST_DAY
        counts = self.sql.counts(Clocks(as_at, as_at if "known" in asked else LAST_DAY))
        return {
            title: (drawn.cards[title], f"{counts[name, ''][0]:,.1f}".removesuffix(".0"))
            for title, name in names.items()
            if (name, "") in counts
        }


def asked(kind: str, visitor: Visitor) -> Iterator[Asked]:
    """Views that nobody has seen yet, one after another; none where the page has no widget for them."""
    day = LAST_DAY - dt.timedelta(days=8)
    filters = [visitor.widgets[name] for name in NARROWED_BY if name in visitor.widgets][:2]
    for number in count():
        if kind == FILTER and filters:
            first, *others = filters
            yield {
                first.key: (first.options[number % len(first.options)],),
                **{
                    other.key: (other.options[number // len(first.options) % len(other.options)],)
                    for other in others
                },
            }
        elif kind == AS_AT and "as_at" in visitor.widgets:
            yield {"as_at": (_written(day - dt.timedelta(days=number)),)}
        elif kind == KNOWN_AT and "known" in visitor.widgets:
            yield {"as_at": (_written(day - dt.timedelta(days=20 + number)),), "known": ("then",)}
        elif kind in (SAME, SWITCH):
            yield {}
        else:
            return


def _written(day: dt.date) -> str:
    return f"{day:%Y/%m/%d}"
