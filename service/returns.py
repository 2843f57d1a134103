"""What a force sends to a nation, and how a nation puts together what its forces have sent."""

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data.errors import UserError
from data.formatting import counted
from data.partitions import (
    CUBE,
    FOLDER,
    FORCES,
    MANIFEST,
    SEND,
    TOGETHER,
    Force,
    Forces,
    Manifest,
    Partition,
    PartitionError,
    Sent,
    read_forces,
    read_manifest,
    read_sent,
    resolved,
    rows_of,
    write_manifest,
    write_partition,
    write_sent,
)
from data.record import Kind, done_here, fitting
from data.review import TERMS, Review, open_review
from data.schema import SCHEMAS, listed_columns, staff_columns
from data.snapshot import listed_types
from data.stable_file import refuse_filled, whole_folder
from data.terms import Terms, read_terms
from metrics import cube
from metrics.cube import EDITION
from metrics.dimensions import FORCE
from metrics.histories.subjects import HISTORIES
from metrics.questions import read_by_figures

EVERY_OTHER = "*"
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
    scope = f"what figures need of every case, for {terms.body}, loads 1 to {review.ledger.version()}"
    review.record.write(done_here(Kind.DISCLOSURE, scope, reason=fitting(reason)))
    with whole_folder(folder) as making:
        partition = written(making, national(returned(review, own.name), own, terms), terms)
        write_sent(making, partition)
    return partition.model_copy(update={"url": str(folder)})


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


def digest_of(terms: Terms) -> str:
    return hashlib.sha256(terms.model_dump_json().encode()).hexdigest()[:12]


def _frames(one: Return, terms: Terms) -> Frames:
    named, key = terms.model_copy(update={"body": one.sent.force}), secrets.token_bytes(32)
    for subject, kind in HISTORIES.items():
        history = kind.of(named)(one.tables).select(read_by_figures(subject)).collect()
        rows = _unnamed(history, key)
        yield subject, rows
        yield f"{CUBE}{subject}", cube.cells(subject, rows.lazy())


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
    before = read_manifest(folder, nation.record.keys) if (folder / MANIFEST).exists() else None
    place = f"{forces.folder or FOLDER}/{secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory(dir=nation.folder) as own:
        sent = [_sent(nation, force, Path(own) / str(n)) for n, force in enumerate(forces.forces)]
        partitions = [
            pack(f"{place}-{number}", together, forces, nation.folder)
            for number, together in enumerate(_packs([one for one in sent if one is not None]))
        ]
    manifest = Manifest(partitions=tuple(partitions))
    counts = f"{counted(len(manifest.sent), 'force', 'forces')} of {len(forces.names)}"
    nation.record.write(done_here(Kind.ADMINISTRATION, f"gathering of {counts}"))
    folder.mkdir(mode=0o700, exist_ok=True)
    write_manifest(folder, manifest, nation.record.keys)
    # Servers may go on with the manifest before this for a moment.
    used = {Path(one.url).name for of in (manifest, before) if of is not None for one in of.partitions}
    for old in folder.iterdir():
        if old.is_dir() and old.name not in used:
            shutil.rmtree(old)
    return manifest


def _sent(nation: Review, force: Force, folder: Path) -> Partition | None:
    """Return what a force has sent, or what its review on this machine gives; None where there is neither."""
    if force.review is not None:
        review = open_review(nation.folder / force.review)
        own = returned(review, force.name)
        partition = written(folder, national(own, force, nation.terms), nation.terms)
        review.ledger.engine.dispose()
    elif force.partition is not None:
        partition = read_sent(resolved(force.partition, nation.folder), force.name)
    else:
        return None
    (one,) = partition.forces
    if one.force != force.name:
        raise UserError(f"What was sent for {force.name} is of {one.force}.")
    if one.demonstration != nation.terms.demonstration:
        raise UserError(f"Either {force.name} or the nation is demonstration data: they are never added up.")
    if partition.edition != EDITION:
        raise PartitionError([force.name], f"was made by another version of Candour: {SEND} with this one")
    if partition.terms != digest_of(nation.terms):
        raise PartitionError([force.name], f"was made with other terms of the nation: {SEND} with these")
    return partition


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


def pack(url: str, partitions: Sequence[Partition], forces: Forces, nation: Path) -> Partition:
    """Write the rows of several partitions as one. url: as from the nation's folder, which may be moved."""
    sent = tuple(one for partition in partitions for one in partition.forces)
    about = {"url": resolved(url, nation), "edition": EDITION, "terms": partitions[0].terms, "forces": sent}
    names = partitions[0].files
    packed = write_partition(about, ((name, _together(partitions, name, forces)) for name in names))
    return packed.model_copy(update={"url": url})


def _together(partitions: Sequence[Partition], name: str, forces: Forces) -> pl.DataFrame:
    is_cube = name.startswith(CUBE)
    column = f"{cube.BY}{FORCE.name}" if is_cube else FORCE.name
    named = pl.col(column).cast(pl.Enum(forces.names))
    frames = [rows_of(one, name).with_columns(named) for one in partitions]
    if is_cube:
        return cube.together(frames)
    return pl.concat(frames).sort("recorded_to", "recorded_from", maintain_order=True).collect()
