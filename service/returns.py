"""What a force sends to a nation, and how a nation puts together what its forces have sent."""

import hashlib
import io
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.errors import UserError
from data.formatting import counted, listed_words
from data.loading import quarantined_tables
from data.partitions import (
    CUBE,
    FOLDER,
    SEND,
    TOGETHER,
    Force,
    Forces,
    Manifest,
    Partition,
    PartitionError,
    Sent,
    read_file,
    read_forces,
    read_manifest,
    read_sent,
    resolved,
    write_manifest,
    write_partition,
    write_sent,
)
from data.record import Kind, done_here, fitting
from data.review import FORCES, TERMS, Review, open_review
from data.schema import SCHEMAS, listed_columns, staff_columns
from data.snapshot import digest_of, listed_types
from data.stable_file import refuse_filled, whole_folder
from data.terms import Terms, read_terms
from metrics import cube
from metrics.cube import EDITION
from metrics.dimensions import FORCE
from metrics.histories.subjects import HISTORIES
from metrics.metric import Subject
from metrics.questions import read_by_figures

EVERY_OTHER, CASES = "*", "applications"
Frames = Iterator[tuple[str, pl.DataFrame]]
Rows = Mapping[str, pl.LazyFrame]


@dataclass(frozen=True)
class Return:
    """One force's row versions by table, and what is known of them."""

    sent: Sent
    tables: Rows


def send(review: Review, nation: Path, force: str, folder: Path, *, reason: str) -> Partition:
    """Write what a force sends. nation: a folder with the terms and the forces of the nation.

    UserError: nothing is loaded, or a code has no national one.
    """
    refuse_filled(folder, "choose another folder to send")
    terms, forces = read_terms(nation / TERMS), read_forces(nation / FORCES)
    own = next((one for one in forces.forces if one.name == force), None)
    if own is None:
        raise UserError(f"There is no force called {force} in {nation / FORCES}.")
    _disclose(review, terms, fitting(reason))
    with whole_folder(folder) as making:
        partition = written(making, national(returned(review, own.name), own, terms), terms)
        write_sent(making, partition)
    return partition.model_copy(update={"url": str(folder)})


def _disclose(review: Review, terms: Terms, reason: str) -> None:
    scope = f"what figures need of every case, for {terms.body}, loads 1 to {review.ledger.version()}"
    review.record.write(done_here(Kind.DISCLOSURE, scope, reason=reason))


def returned(review: Review, force: str) -> Return:
    version = review.ledger.version()
    loads, receipts = review.ledger.loads(), review.ledger.receipts()
    if loads.is_empty():
        raise UserError(f"Nothing has been loaded into the review of {force} yet.")
    sent = Sent(
        force=force,
        ledger=review.ledger.id(),
        version=version,
        days=tuple(loads["recorded_on"].unique().sort()),
        tables=tuple(sorted(set(receipts["table_name"]))),
        demonstration=review.terms.demonstration,
        rejected=sum(one.rows for one in quarantined_tables(receipts) if one.table == CASES),
    )
    return Return(sent, review.snapshot(version).scan_all())


def national(one: Return, force: Force, terms: Terms) -> Return:
    """Return it with the nation's codes; UserError: one has no national code."""
    tables = {}
    for table, rows in one.tables.items():
        schema = SCHEMAS[table]
        codes = {
            column: pl.col(column).cast(pl.String).replace(_codes(rows, column, name, force, terms))
            for column, name in listed_columns(schema).items()
        }
        types = listed_types(schema, terms)
        closed = (pl.col(column).cast(codes_of) for column, codes_of in types.items())
        tables[table] = rows.with_columns(**codes).with_columns(closed)
    return Return(one.sent, tables)


def _codes(rows: pl.LazyFrame, column: str, name: str, force: Force, terms: Terms) -> dict[str, str]:
    """Return what the codes of a column are called nationally, where they are called otherwise."""
    own, there = force.codes.get(name, {}), terms.codes(name)
    codes = dict[str, str]()
    for code in rows.select(pl.col(column).cast(pl.String).drop_nulls().unique()).collect().to_series():
        called = own.get(code) or (code if code in there else own.get(EVERY_OTHER))
        if called not in there:
            raise UserError(
                f"{force.name} has {code!r}, which the national list {name!r} does not have: name its "
                f"national code in {FORCES}, under codes.{name}."
            )
        codes[code] = called
    return codes


def written(folder: Path, one: Return, terms: Terms) -> Partition:
    about = {"url": str(folder), "edition": EDITION, "terms": digest_of(terms), "forces": (one.sent,)}
    return write_partition(about, _frames(one, terms))


def _frames(one: Return, terms: Terms) -> Frames:
    named, key = terms.model_copy(update={"body": one.sent.force}), secrets.token_bytes(32)
    for subject, kind in HISTORIES.items():
        rows = kind.of(named)(one.tables).select(read_by_figures(subject)).drop(FORCE.name)
        yield subject, _unnamed(rows.collect(), key)


def _unnamed(rows: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Return rows with references that only the key could tell, which is not written; and with no staff."""
    references, staff = [name for name in rows.columns if name.endswith("_ref")], staff_columns()
    return rows.with_columns(
        pl.lit(None, pl.String).alias(name) if name in staff else _replaced(rows[name], key)
        for name in references
    )


def _replaced(references: pl.Series, key: bytes) -> pl.Series:
    distinct = references.drop_nulls().unique()
    digests = [hashlib.blake2b(text.encode(), key=key, digest_size=8).hexdigest() for text in distinct]
    return references.replace_strict(distinct, pl.Series(digests, dtype=pl.String), return_dtype=pl.String)


def gather(nation: Review) -> Manifest:
    """Put together what the forces have sent, and sign what says where it is.

    UserError: what one sent cannot be read, or is of other terms or another version; nothing is changed then.
    """
    forces, folder = read_forces(nation.folder / FORCES), nation.folder / FOLDER
    place = f"{forces.folder or FOLDER}/{secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory(dir=nation.folder) as scratch:
        sent = [
            _sent(nation, force, Path(scratch) / str(number)) for number, force in enumerate(forces.forces)
        ]
        _refuse_twice(sent, nation.terms)
        packs = _packs([one for one in sent if one is not None])
        partitions = [pack(f"{place}-{number}", one, forces, nation) for number, one in enumerate(packs)]
    manifest = Manifest(partitions=tuple(partitions))
    counts = f"{counted(len(manifest.sent), 'force', 'forces')} of {len(forces.names)}"
    nation.record.write(done_here(Kind.ADMINISTRATION, f"gathering of {counts}"))
    used = {Path(one.url).name for one in (*_before(folder, nation), *partitions)}
    folder.mkdir(mode=0o700, exist_ok=True)
    write_manifest(folder, manifest, nation.record.keys)
    for old in folder.iterdir():
        if old.is_dir() and old.name not in used:
            shutil.rmtree(old)
    return manifest


def _before(folder: Path, nation: Review) -> tuple[Partition, ...]:
    """Return the partitions of now, with which servers may go on for a moment; none if nothing says which."""
    try:
        return read_manifest(folder, nation.record.keys).partitions
    except UserError:
        return ()


def _sent(nation: Review, force: Force, scratch: Path) -> Partition | None:
    """Return what a force has sent, or what its review on this machine gives; None where there is neither."""
    if force.review is not None:
        review = open_review(nation.folder / force.review)
        own = national(returned(review, force.name), force, nation.terms)
        _disclose(review, nation.terms, f"gathered by {nation.terms.body}")
        partition = written(scratch, own, nation.terms)
        review.close()
    elif force.partition is not None:
        partition = read_sent(resolved(force.partition, nation.folder), force.name)
    else:
        return None
    if partition.names != [force.name]:
        raise UserError(f"What was sent for {force.name} is of {listed_words(partition.names)}.")
    (one,) = partition.forces
    if one.demonstration != nation.terms.demonstration:
        raise UserError(f"Either {force.name} or the nation is demonstration data: they are never added up.")
    if partition.edition != EDITION:
        raise PartitionError(
            [force.name], f"was made by another version of Candour: {SEND}, made with this one"
        )
    if partition.terms != digest_of(nation.terms):
        raise PartitionError(
            [force.name], f"was made with other terms of the nation: {SEND}, made with these"
        )
    # The names of files are theirs to write: no other is ever opened.
    if set(partition.files) != set(HISTORIES):
        raise PartitionError([force.name], f"does not have the files that a nation needs: {SEND}")
    if sorted(one.days) != list(one.days) or one.days[-1] > nation.today():
        raise PartitionError([force.name], f"speaks of days to come, or of none in order: {SEND}")
    return partition


def _refuse_twice(sent: Sequence[Partition | None], terms: Terms) -> None:
    ledgers = [one.forces[0].ledger for one in sent if one is not None]
    if not terms.demonstration and len(set(ledgers)) < len(ledgers):
        twice = next(ledger for ledger in ledgers if ledgers.count(ledger) > 1)
        names = [name for one in sent if one and one.forces[0].ledger == twice for name in one.names]
        raise UserError(f"{listed_words(names)} have sent one and the same register: it would count twice.")


def _packs(sent: Sequence[Partition]) -> list[list[Partition]]:
    packs, size = list[list[Partition]](), TOGETHER
    for one in sent:
        own = sum(file.size for file in one.files.values())
        if size + own > TOGETHER:
            packs.append([])
            size = 0
        packs[-1].append(one)
        size += own
    return packs


def pack(url: str, partitions: Sequence[Partition], forces: Forces, nation: Review) -> Partition:
    """Write the rows of several forces as one, with their cubes. url: as from the nation's folder."""
    sent = tuple(one for partition in partitions for one in partition.forces)
    about = {"url": resolved(url, nation.folder), "edition": EDITION, "forces": sent}
    frames = _packed(partitions, forces, nation.terms)
    return write_partition({**about, "terms": partitions[0].terms}, frames).model_copy(update={"url": url})


def _packed(partitions: Sequence[Partition], forces: Forces, terms: Terms) -> Frames:
    names = pl.Enum(forces.names)
    nothing = {table: pl.LazyFrame(schema=schema) for table, schema in _versions(terms).items()}
    for subject, kind in HISTORIES.items():
        wanted = kind.of(terms)(nothing).select(read_by_figures(subject)).drop(FORCE.name).collect_schema()
        frames = (
            _read(one, subject, wanted).with_columns(force=pl.lit(one.names[0], names)) for one in partitions
        )
        rows = pl.concat(frames).sort("recorded_to", "recorded_from", maintain_order=True)
        yield subject, rows
        yield f"{CUBE}{subject}", cube.cells(subject, rows.lazy()).sort(cube.STEPS)


def _read(partition: Partition, subject: Subject, wanted: pl.Schema) -> pl.DataFrame:
    """Return what a force has sent of a subject; PartitionError: it has other columns, or names staff."""
    content = read_file(partition, subject)
    try:
        rows = pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError:
        raise PartitionError(partition.names, f"cannot be read: {SEND}") from None
    staff = [name for name in rows.columns if name in staff_columns()]
    if rows.schema != wanted or any(rows[name].null_count() < rows.height for name in staff):
        raise PartitionError(partition.names, f"has other columns than a nation needs: {SEND}")
    return rows


def _versions(terms: Terms) -> dict[str, dict[str, Any]]:
    """Return the types of the row versions of every table, as a snapshot has them."""
    days = {"recorded_from": pl.Date, "recorded_to": pl.Date, "opened_by": pl.Int32, "closed_by": pl.Int32}
    return {
        table: {**pl.Schema(schema), **listed_types(schema, terms), **days}
        for table, schema in SCHEMAS.items()
    }
