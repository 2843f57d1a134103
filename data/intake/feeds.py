"""Match the sources of a load to the tables that its mapping fills."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.errors import UserError
from data.intake import header
from data.intake.columnar import DatabaseTable
from data.intake.extract import Source
from data.intake.mapping import Plan, TablePlan
from data.intake.workbook import Workbook
from data.schema import SCHEMAS


@dataclass(frozen=True)
class Feed:
    plan: TablePlan
    source: Source
    header: header.Header
    whole: bool


def feeds_of(sources: Sequence[Source], mapping: Plan) -> list[Feed]:
    """Feeds of one load, in the order in which their tables are stored.

    Raises:
        UserError: a source fits no table, lacks columns, or would fill a table that another fills.
    """
    feeds = [feed for source in sources for feed in _feeds_of(source, mapping)]
    _refuse_two_for_one(feeds)
    order = list(SCHEMAS)
    return sorted(feeds, key=lambda feed: order.index(feed.plan.table))


def _feeds_of(source: Source, mapping: Plan) -> list[Feed]:
    heads = source.heads()
    takers = [plan for plan in mapping.tables if _takes(plan, source)]
    if not takers:
        globs = ", ".join(sorted({plan.file or "" for plan in mapping.tables}))
        raise UserError(f"No table of the mapping takes a file called {source.name}; it takes {globs}.")
    named = [plan for plan in takers if plan.file]
    fitting = named or [plan for plan in takers if _fits(heads, plan)]
    if not fitting:
        fitting = [max(takers, key=lambda plan: _found(heads, plan))]
    return [_feed(source, heads, plan, mapping) for plan in fitting]


def _takes(plan: TablePlan, source: Source) -> bool:
    if isinstance(source, DatabaseTable):
        return plan.source_table == source.source_table
    return plan.takes(source.name)


def _fits(heads: dict[str, list[list[str]]], plan: TablePlan) -> bool:
    return _found(heads, plan) == len(plan.wanted)


def _found(heads: dict[str, list[list[str]]], plan: TablePlan) -> int:
    found = header.find(heads, plan.wanted)
    return len(found.columns) if found else 0


def _feed(source: Source, heads: dict[str, list[list[str]]], plan: TablePlan, mapping: Plan) -> Feed:
    found = header.demand(header.find(heads, plan.wanted), heads, plan.wanted, source.name)
    if isinstance(source, Workbook) and (others := header.rivals(heads, plan.wanted, found)):
        raise UserError(
            f"{source.name} has the columns of {plan.table} in more than one sheet ({found.part}, "
            f"{', '.join(others)}): name the right one as sheet in the mapping."
        )
    return Feed(plan, source, found, mapping.whole(plan))


def _refuse_two_for_one(feeds: Sequence[Feed]) -> None:
    taken: dict[str, str] = {}
    for feed in feeds:
        if other := taken.get(feed.plan.table):
            raise UserError(
                f"Both {other} and {feed.source.name} would fill {feed.plan.table}: load them one after "
                "the other as partial extracts, or name each table's file in the mapping."
            )
        taken[feed.plan.table] = feed.source.name
