"""A load on a wrong day is marked and not erased: its rows are closed, what it had closed is copied open."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from data.connection import writing
from data.errors import UserError, refusal
from data.formatting import counted, written_day
from data.grants import expect_loader
from data.ledger import Ledger
from data.load_digests import seal
from data.loading import Receipt, last_load, version_of
from data.record import Kind, Record, at_the_keyboard, done_here, fitting
from data.releases import Releases
from data.review import Review
from data.schema import SCHEMAS
from data.tables import Tables

WHY = "Say why the load does not count, in one line of {} to {} characters: the record keeps it."


@dataclass(frozen=True)
class Superseded:
    load: int
    by_load: int
    recorded_on: dt.date
    taken_out: int
    opened_again: int
    last: dt.date | None  # day of the last load that stands, if one does


def supersede(review: Review, load: int, reason: str) -> Superseded:
    """UserError, and nothing changed, unless it is the last load that stands and the role may load."""
    why = fitting(" ".join(reason.split()), WHY)
    expect_loader(review.ledger)
    tables = review.ledger.tables
    with writing(review.ledger.engine) as connection:
        recorded_on = _expect_last(connection, tables, load)
        by_load = version_of(connection, tables) + 1
        _mark(connection, review, load, by_load, why)
        receipts = list(_turn_back(connection, tables, load, by_load))
        connection.execute(tables.receipts.insert(), [vars(receipt) for receipt in receipts])
        out = sum(receipt.changed + receipt.removed for receipt in receipts)
        again = sum(receipt.accepted for receipt in receipts)
        scope = (
            f"load {load} recorded on {recorded_on} superseded by load {by_load}: "
            f"{counted(out, 'row version', 'row versions')} taken out, {again} opened again; "
            f"{seal(connection, tables, by_load)}"
        )
        head = review.record.append(connection, done_here(Kind.ALTERATION, scope, reason=why))
        last = last_load(connection, tables)
    review.record.committed([head])
    return Superseded(load, by_load, recorded_on, out, again, last.recorded_on if last else None)


def resting_on(ledger: Ledger, record: Record) -> list[str]:
    releases = Releases(ledger, record)
    marks = ledger.superseded().select("load", "by_load").rows()
    return [
        release.name
        for release in releases.all()
        if release.approved
        and (inputs := releases.counted(release.id)) is not None
        # A version from the superseded load on, until the load that superseded it, counted it.
        and any(load <= inputs.ledger < by_load for load, by_load in marks)
    ]


def _expect_last(connection: sa.Connection, tables: Tables, load: int) -> dt.date:
    last = last_load(connection, tables)
    if last is None:
        raise UserError("No load stands in this review: there is none to supersede.")
    if last.load != load:
        raise refusal("not_the_last_load", load=last.load, day=written_day(last.recorded_on))
    return last.recorded_on


def _mark(connection: sa.Connection, review: Review, load: int, by_load: int, why: str) -> None:
    tables = review.ledger.tables
    row = {
        "load": by_load,
        "recorded_on": review.today(),
        "loaded_at": dt.datetime.now(dt.UTC),
        "note": f"Load {load} superseded: {why}",
    }
    connection.execute(tables.loads.insert(), row)
    loads = tables.loads.c.load
    # With the later ones, what superseded later loads: what those opened again is turned back too.
    later = loads.between(load, by_load - 1) & loads.not_in(sa.select(tables.superseded.c.load))
    mark = {"by_load": by_load, "who": at_the_keyboard(), "reason": why}
    numbers = connection.scalars(sa.select(loads).where(later).order_by(loads))
    connection.execute(tables.superseded.insert(), [{"load": number, **mark} for number in numbers])


def _turn_back(connection: sa.Connection, tables: Tables, load: int, by_load: int) -> Iterator[Receipt]:
    receipts = tables.receipts.c
    brought = set(connection.scalars(sa.select(receipts.table_name).where(receipts.load == load)))
    for table in SCHEMAS:
        closed = _close(connection, tables, table, load, by_load)
        opened = _open_again(connection, tables, table, load, by_load)
        if closed or opened or table in brought:
            both = _in_both(connection, tables, table, by_load)
            yield Receipt(
                load=by_load,
                table_name=table,
                file=f"load {load} superseded",
                read=opened,
                accepted=opened,
                new=opened - both,
                changed=both,
                removed=closed - both,
            )


def _close(connection: sa.Connection, tables: Tables, table: str, load: int, by_load: int) -> int:
    versions = tables.versions[table]
    statement = (
        versions.update()
        .where(versions.c.closed_by.is_(None), versions.c.opened_by >= load)
        # From its own day to its own day: it was known on none.
        .values(recorded_to=versions.c.recorded_from, closed_by=by_load)
    )
    return connection.execute(statement).rowcount


def _open_again(connection: sa.Connection, tables: Tables, table: str, load: int, by_load: int) -> int:
    versions, superseded = tables.versions[table], tables.superseded.c
    out = sa.select(superseded.load).where(superseded.by_load < load)
    names = [*SCHEMAS[table].column_names(), "recorded_from"]
    copies = sa.select(*(versions.c[name] for name in names), sa.literal(by_load)).where(
        versions.c.opened_by < load,
        versions.c.opened_by.not_in(out),
        versions.c.closed_by.between(load, by_load - 1),
    )
    connection.execute(versions.insert().from_select([*names, "opened_by"], copies))
    opened = sa.select(sa.func.count()).select_from(versions).where(versions.c.opened_by == by_load)
    return connection.scalar(opened) or 0


def _in_both(connection: sa.Connection, tables: Tables, table: str, by_load: int) -> int:
    opened, closed = tables.versions[table].alias(), tables.versions[table].alias()
    same = [opened.c[name] == closed.c[name] for name in SCHEMAS[table].primary_key()]
    query = sa.select(sa.func.count()).select_from(opened.join(closed, sa.and_(*same)))
    return connection.scalar(query.where(opened.c.opened_by == by_load, closed.c.closed_by == by_load)) or 0
