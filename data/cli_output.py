from collections.abc import Generator, Iterator
from contextlib import contextmanager

import polars as pl
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bar
from rich.table import Table

from data.erase import retained_until
from data.formatting import argument, counted, listed_words, measured, short_day, written_count, written_day
from data.intake.extract import rows_listed
from data.intake.fitting import Line
from data.intake.load import Loaded, Progress, confirmation
from data.loading import Receipt
from data.record import Kind, done_here
from data.review import TERMS, Review
from data.schema import SCHEMAS
from data.supersede import Superseded, resting_on
from data.terms import read_terms
from data.trial import MAPPING, Trial, deletion

MOST_SHOWN = 20
CONFIRMED = "--confirm-corrections --confirm-removals"
MOST_FILES, MOST_TABLES, MOST_REASONS = 3, 3, 3

_SHAPES = "What a cell says is never shown, only how it looks: 9 stands for a digit, A and a for letters."


@contextmanager
def progress_bar() -> Generator[Progress]:
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Starting", total=None)

        def advance(doing: str, done: int, steps: int) -> None:
            bar.update(task, description=doing, completed=done, total=steps)

        yield advance


def say(sentence: str, console: Console | None = None) -> None:
    # What a file or a review is called may look like markup.
    (console or Console()).print(sentence, markup=False, highlight=False, soft_wrap=True)


def tell_load(console: Console, loaded: Loaded, *, rehearsal: bool) -> None:
    for receipt in loaded.taken or loaded.receipts:
        for sentence in _of_receipt(receipt):
            say(sentence, console)
    _tell_quarantine(console, loaded.quarantine)
    tell_alterations(console, loaded.changes)
    if rehearsal:
        if loaded.doubts:
            say(confirmation(list(loaded.doubts)), console)
        say("This was a dry run: nothing was kept.", console)
    elif loaded.kept:
        say(f"Kept as load {loaded.version}.", console)
    else:
        say(
            f"Nothing changed: load {loaded.first} took this already, and the ledger is still at load "
            f"{loaded.version}. What stands above is the receipt of load {loaded.first}.",
            console,
        )


def _of_receipt(receipt: Receipt) -> Iterator[str]:
    numbers = {name: written_count(count) for name, count in vars(receipt).items() if isinstance(count, int)}
    others = "".join(
        f" + {written_count(count)} {words}"
        for words, count in (("left out", receipt.left_out), ("combined", receipt.combined))
        if count
    )
    sums = (
        "{accepted} accepted + {quarantined} in quarantine + {repeated} repeated + {ignored} blank{others}. "
        "Accepted = {new} new + {changed} changed + {unchanged} unchanged; {removed} removed."
    ).format_map({**numbers, "others": others})
    read = measured(receipt.read, "row", "rows")
    yield f"{receipt.table_name} from {receipt.file}: {read} read = {sums}"
    if receipt.dropped:
        yield f"Columns left out: {receipt.dropped}."
    if receipt.warnings:
        yield f"Warning: {receipt.warnings}"


def _tell_quarantine(console: Console, quarantine: pl.DataFrame) -> None:
    if quarantine.is_empty():
        return
    by = ["file", "column_name", "reason"] if quarantine.height > MOST_SHOWN else quarantine.columns
    shared = quarantine.with_columns(rows="row_number", looks_like="shape").group_by(by, maintain_order=True)
    shared = shared.agg(pl.col("rows"), pl.col("looks_like").first())
    table = Table("file", "rows", "column", "looks like", "reason", title="In quarantine", caption=_SHAPES)
    for row in shared.head(MOST_SHOWN).iter_rows(named=True):
        rows = rows_listed(row["rows"]).removeprefix("rows ").removeprefix("row ")
        shown = (row["file"], rows, row["column_name"], row["looks_like"], row["reason"])
        table.add_row(*map(escape, shown))
    console.print(table)
    if shared.height > MOST_SHOWN:
        rest = sum(map(len, shared["rows"][MOST_SHOWN:]))
        say(f"... and {written_count(rest)} more.", console)


def _fed(line: Line) -> str:
    where = f" where {line.where[0].title} is {listed_words(line.where[1])}" if line.where else ""
    take = f" ({line.take} of each)" if line.take else ""
    return f"{line.name} = {line.column.title}{where}{take}{'?' * (line.confidence != 'sure')}"


def trial_lines(trial: Trial) -> Iterator[str]:
    """Say in few lines what was guessed, loaded and left out; a question mark follows what is not sure."""
    for guess in trial.guesses[:MOST_FILES]:
        yield f"{guess.file}: {guess.grain}"
        for draft in guess.drafts[:MOST_TABLES]:
            lines = [line for line in draft.lines.values() if not line.chosen_by_a_person]
            yield f"  {draft.table}: {', '.join(map(_fed, lines))}"
        void = dict.fromkeys(rows for draft in guess.drafts for rows in draft.where if rows.without)
        for rows in void:
            what = "Kept, though they may be void" if rows.in_doubt else "Left out as void"
            where = f"{rows.column.title} is {listed_words(rows.codes)}"
            yield f"  {what}: {counted(rows.rows, 'row', 'rows')} where {where}."
    if unused := [f"{column.title} ({column.kind})" for guess in trial.guesses for column in guess.unused]:
        more = [f"{len(unused) - MOST_SHOWN} more"] if len(unused) > MOST_SHOWN else []
        yield f"  Columns left out: {listed_words([*unused[:MOST_SHOWN], *more])}."
    terms = read_terms(trial.folder / TERMS)
    if findings := terms.codes("findings"):
        others = [code for code in findings if code not in terms.adverse]
        yield f"  Adverse findings? {listed_words(terms.adverse)}; not adverse: {listed_words(others)}."
    rows = [f"{written_count(r.accepted)} {r.table_name} of {r.read:,} rows" for r in trial.loaded.receipts]
    yield f"Loaded {', '.join(rows)}."
    reasons = trial.loaded.quarantine.group_by("column_name", "reason").len()
    for column, reason, count in reasons.sort("len", "reason", descending=True).head(MOST_REASONS).rows():
        yield f"  Rejected {counted(count, 'row', 'rows')}: {column or 'the row'} {reason}."
    warnings = dict.fromkeys(receipt.warnings for receipt in trial.loaded.receipts)
    yield from (f"  {warning}" for warning in warnings if warning)
    folder, files = argument(trial.folder), " ".join(map(argument, trial.files))
    mapping, terms_file = argument(trial.folder / MAPPING), argument(trial.folder / TERMS)
    yield f"To change the guess, edit {mapping} and {terms_file}, then load the files again:"
    yield f"  python -m data --review {folder} load {files} --mapping {mapping} {CONFIRMED}"
    yield f"This is a trial and no review. Delete it with: {deletion(trial.folder)}"


def tell_alterations(console: Console, changes: pl.DataFrame) -> None:
    if changes.is_empty():
        return
    table = Table("table", "row", "change", "column", "before", "after", title="What it would alter")
    for row in changes.head(MOST_SHOWN).fill_null("").iter_rows():
        table.add_row(*map(escape, row))
    console.print(table)
    removed = changes.filter(pl.col("change") == "removed").height
    cells = counted(changes.height - removed, "changed cell", "changed cells")
    total = f"In all: {counted(removed, 'removed row', 'removed rows')} and {cells}"
    shown = f"; the first {MOST_SHOWN} are shown" if changes.height > MOST_SHOWN else ""
    say(f"{total}{shown}.", console)


def tell_superseded(review: Review, done: Superseded) -> None:
    last = "no load stands" if done.last is None else f"the last load is of {written_day(done.last)}"
    say(
        f"Load {done.load}, recorded on {written_day(done.recorded_on)}, no longer counts; load "
        f"{done.by_load} says so, and {last}."
    )
    say(
        f"Row versions taken out: {written_count(done.taken_out)}; opened again: "
        f"{written_count(done.opened_again)}. Nothing was erased."
    )
    for name in resting_on(review.ledger, review.record):
        say(f"{name} was counted with it and stands as published: see whether its figures still hold.")
    say("Load the same file again now, on its right day.")


def tell_status(console: Console, review: Review) -> None:
    scope = f"what the review holds at load {review.ledger.version()}"
    review.record.write(done_here(Kind.CONSULTATION, scope))
    loads, receipts = review.ledger.loads(), review.ledger.receipts()
    say(review.terms.name, console)
    if review.terms.demonstration:
        say("Demonstration data", console)
    out = review.ledger.all_loads().filter(pl.col("superseded_by").is_not_null())
    if loads.is_empty():
        say("Nothing has been loaded yet." if out.is_empty() else "No load stands.", console)
    else:
        total, last = counted(loads.height, "load", "loads"), written_day(loads["recorded_on"][-1])
        say(f"{total}, the last recorded on {last}.", console)
        until = [retained_until(review, day) for day in loads["recorded_on"]]
        if due := sum(day is not None and day < review.today() for day in until):
            say(f"Past their retention day: {counted(due, 'load', 'loads')}.", console)
    _tell_superseded_loads(console, review, out)
    if not loads.is_empty():
        console.print(_holdings(review, receipts))
        console.print(_loads(loads, receipts))


def _tell_superseded_loads(console: Console, review: Review, out: pl.DataFrame) -> None:
    marks = {load: (by_load, reason) for load, by_load, _, reason in review.ledger.superseded().iter_rows()}
    for row in out.filter(pl.col("supersedes").is_null()).iter_rows(named=True):
        by_load, reason = marks[row["load"]]
        day, why = written_day(row["recorded_on"]), reason.rstrip(".")
        say(f"Load {row['load']} of {day} was superseded by load {by_load}: {why}.", console)
    for name in resting_on(review.ledger, review.record) if marks else ():
        say(f"{name} was counted with a superseded load, and stands as published.", console)


def _holdings(review: Review, receipts: pl.DataFrame) -> Table:
    table = Table("table", "rows now", "last load", "in quarantine", title="What the ledger holds")
    snapshot = review.snapshot()
    for name in SCHEMAS:
        brought = receipts.filter(pl.col("table_name") == name).sort("load")
        if brought.is_empty():
            continue
        last = brought.row(-1, named=True)
        current = snapshot.scan(name).filter(pl.col("closed_by").is_null()).select(pl.len()).collect().item()
        table.add_row(name, written_count(current), str(last["load"]), written_count(last["quarantined"]))
    return table


def _loads(loads: pl.DataFrame, receipts: pl.DataFrame) -> Table:
    table = Table(
        "load", "recorded on", "read", "new", "changed", "removed", "held", "note", title="Last loads"
    )
    counts = receipts.group_by("load").agg(pl.col("read", "new", "changed", "removed", "quarantined").sum())
    for row in loads.join(counts, on="load").sort("load").tail(MOST_SHOWN).iter_rows(named=True):
        sums = (written_count(row[name]) for name in ("read", "new", "changed", "removed", "quarantined"))
        table.add_row(str(row["load"]), short_day(row["recorded_on"]), *sums, escape(row["note"]))
    return table
