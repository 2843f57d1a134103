"""The record of a real ledger: verified, taken out by days, and counted."""

import datetime as dt
import random
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

import data.record
from access.audit import extract, frame, judged, looked_at, verify
from data.connection import changing
from data.errors import UserError
from data.ledger import Ledger
from data.record import Entry, Kind, Outcome, Record, Row, signature
from data.tables import ENTRY_LENGTHS

TODAY = dt.date(2024, 1, 11)


def record_at(url: str, folder: Path) -> Record:
    ledger = Ledger(url)
    ledger.create("A review", demonstration=False)
    folder.mkdir(exist_ok=True)
    record = Record(ledger, folder / "record.keys", folder / "record.anchor")
    record.prepare()
    return record


def opened(url: str, folder: Path) -> Record:
    record = record_at(url, folder)
    for scope in ("overview", "failures", "progress", "overview"):
        record.write(Entry(Kind.CONSULTATION, "amina", "analyst", scope, "", Outcome.ALLOWED))
    return record


@pytest.fixture
def record(blank_ledger: str, tmp_path: Path) -> Iterator[Record]:
    record = opened(blank_ledger, tmp_path / "one")
    yield record
    record.ledger.engine.dispose()


@pytest.fixture
def on_both(blank_ledger_url: str, tmp_path: Path) -> Iterator[Record]:
    record = opened(blank_ledger_url, tmp_path / "one")
    yield record
    record.ledger.engine.dispose()


def tamper(record: Record, statement: str) -> None:
    """Run a statement as somebody who has taken the database's guards away."""
    with changing(record.ledger.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE record DISABLE TRIGGER ALL")
        else:
            for guard in ("kept", "fixed", "anew"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS record_{guard}")
        connection.exec_driver_sql(statement)


def test_a_record_that_nobody_touched_is_whole(record: Record) -> None:
    verdict = verify(record)
    assert (verdict.whole, verdict.rows, verdict.anchored) == (True, 4, 4)
    record.renew_key(Entry(Kind.ADMINISTRATION, "ben", "data steward", "a new key", "", Outcome.ALLOWED))
    assert verify(record).whole


COPY = "INSERT INTO record SELECT 5, at, kind, who, role, scope, reason, outcome, key_id, digest FROM record"


def test_what_was_done_behind_the_guards_is_found(on_both: Record) -> None:
    for statement, *findings in (
        (f"{COPY} WHERE number = 4", "Row 5 was altered or put in, or the row before it was."),
        ("DELETE FROM record WHERE number = 5",),
        (
            "UPDATE record SET scope = 'nothing' WHERE number = 2",
            "Row 2 was altered or put in, or the row before it was.",
        ),
        ("DELETE FROM record WHERE number = 2", "Row 2 is missing."),
        (
            "DELETE FROM record WHERE number > 2",
            "Rows 2 to 4 are cut off from the end: the anchor goes on to 4.",
        ),
        ("DELETE FROM record", "Rows 1 to 4 are cut off from the end: the anchor goes on to 4."),
    ):
        tamper(on_both, statement)
        assert verify(on_both).findings == tuple(findings), statement


def test_a_chain_moved_from_another_ledger_is_found(record: Record, tmp_path: Path) -> None:
    other = record_at(f"sqlite:///{tmp_path / 'other.sqlite'}", tmp_path / "one")
    with record.reading() as rows, changing(other.ledger.engine) as connection:
        connection.execute(other._table.insert(), [row._asdict() for row in rows])
    (found,) = verify(other).findings
    assert found.endswith("or the record is another ledger's.")
    other.ledger.engine.dispose()


def test_another_copy_of_the_anchor_finds_what_ones_own_cannot(record: Record) -> None:
    copy = record.anchor.path.read_text()
    tamper(record, "DELETE FROM record WHERE number > 2")
    record.anchor.path.write_text("".join(copy.splitlines(keepends=True)[:2]))
    assert verify(record).whole
    assert verify(record, copy).findings == (
        "Rows 3 to 4 are cut off from the end: the anchor goes on to 4.",
    )


def test_a_journal_has_some_of_the_heads_among_other_lines(record: Record) -> None:
    heads = record.anchor.lines()
    journal = [f"Nov 29 17:02:11 host candour[12]: record {heads[place]}" for place in (0, 3)]
    journal.insert(1, "Nov 29 17:02:12 host sshd[3]: session opened")
    assert verify(record, "\n".join(journal)).whole
    tamper(record, "DELETE FROM record WHERE number > 3")
    record.anchor.path.write_text("".join(f"{line}\n" for line in heads[:3]))
    assert verify(record).whole
    assert verify(record, "\n".join(journal)).findings == (
        "Row 4 is cut off from the end: the anchor goes on to 4.",
    )


def test_a_second_place_keeps_what_the_first_has_lost(record: Record, tmp_path: Path) -> None:
    other = tmp_path / "of another account"
    other.touch()
    both = Record(record.ledger, record.keys.path, record.anchor.path, [str(other)])
    both.write(Entry(Kind.CONSULTATION, "amina", "analyst", "overview", "", Outcome.ALLOWED))
    assert other.read_text() == record.anchor.path.read_text()
    assert verify(both).whole
    lines = record.anchor.lines()
    tamper(record, "DELETE FROM record WHERE number > 3")
    record.anchor.path.write_text("".join(f"{line}\n" for line in lines[:3]))
    assert verify(record).whole
    assert verify(both).findings == (
        f"{other}: Rows 4 to 5 are cut off from the end: the anchor goes on to 5.",
    )


@pytest.mark.parametrize("cell", ["X'ff'", "X'00'", "NULL", "7", "''"])
@pytest.mark.parametrize("column", ["digest", "scope", "key_id", "kind", "at"])
def test_a_cell_of_another_type_is_a_finding_and_no_crash(record: Record, column: str, cell: str) -> None:
    with closing(sqlite3.connect(str(record.ledger.engine.url.database))) as file, file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        schema = file.execute("SELECT sql FROM sqlite_master WHERE name = 'record'").fetchone()[0]
        file.execute("ALTER TABLE record RENAME TO old")
        file.execute(re.sub(r" (NOT NULL|VARCHAR\(\d+\)|TEXT)", "", schema))
        file.execute("INSERT INTO record SELECT * FROM old")
        file.execute(f"UPDATE record SET {column} = {cell} WHERE number = 4")
    assert not verify(record).whole


def test_a_missing_anchor_is_a_finding_and_a_missing_key_is_a_fault(on_both: Record) -> None:
    on_both.anchor.path.unlink()
    assert verify(on_both).findings == ("The anchor of the record is missing.",)
    on_both.keys.path.unlink()
    with pytest.raises(UserError, match="The key file of the record is missing"):
        verify(on_both)


def test_an_extract_has_the_days_asked_for_and_refuses_them_backwards(record: Record) -> None:
    days = [
        dt.date.fromisoformat(row.at[:10]) for row in record.between(dt.date(2000, 1, 1), dt.date(2999, 1, 1))
    ]
    found = extract(record, days[0], days[-1])
    assert found.columns == list(Row._fields)
    assert found["scope"].to_list() == ["overview", "failures", "progress", "overview"]
    assert extract(record, TODAY, TODAY).is_empty()
    with pytest.raises(
        UserError, match="10 January 2024 is before 11 January 2024: give the earlier day first"
    ):
        extract(record, TODAY, dt.date(2024, 1, 10))


def row(number: int, day: int, who: str, kind: str, outcome: str) -> Row:
    at = f"2024-01-{day:02}T23:59:59.999999+00:00"
    return Row(number, at, kind, who, "analyst", "overview", "", outcome, "k", "d")


def test_entries_are_counted_by_day_who_kind_and_outcome() -> None:
    entries = frame(
        [
            row(1, 11, "amina", "consultation", "allowed"),
            row(2, 11, "amina", "consultation", "allowed"),
            row(3, 11, "amina", "consultation", "refused"),
            row(4, 11, "ben", "disclosure", "allowed"),
            row(5, 10, "ben", "disclosure", "allowed"),
        ]
    )
    assert looked_at(entries).rows() == [
        (dt.date(2024, 1, 10), "ben", "disclosure", "allowed", 1),
        (dt.date(2024, 1, 11), "amina", "consultation", "allowed", 2),
        (dt.date(2024, 1, 11), "amina", "consultation", "refused", 1),
        (dt.date(2024, 1, 11), "ben", "disclosure", "allowed", 1),
    ]
    empty = looked_at(frame([]))
    assert empty.is_empty()
    assert empty.schema["day"] == pl.Date


def test_every_word_fits_its_column_and_is_known_to_what_writes_below() -> None:
    assert max(map(len, Kind)) <= ENTRY_LENGTHS["kind"]
    assert max(map(len, Outcome)) <= ENTRY_LENGTHS["outcome"]
    assert set(data.record.LOGGED) <= set(Kind)


OLD, NEW, STRANGER = b"old key " * 4, b"new key " * 4, b"stranger" * 4
KEYS = {"0ld": OLD, "new": NEW}
LEDGER, OTHER = "a" * 32, "b" * 32
RENEWED = 8
WORDS = ("amina", "ben", "consultation", "disclosure", "overview", "failures as at 2024-01-11", "allowed", "")


def signed(row: Row, previous: str, key: bytes) -> Row:
    return row._replace(digest=signature(key, previous, row))


def unsigned(number: int, chance: random.Random) -> Row:
    at = f"2024-01-{1 + number // 10:02}T10:00:{number:02}.000000+00:00"
    words = [chance.choice(WORDS) for _ in range(6)]
    return Row(number, at, *words, key_id="0ld" if number <= RENEWED else "new", digest="")


def chained(length: int, begins: str = LEDGER, seed: int = 1) -> list[Row]:
    chance, rows, previous = random.Random(seed), [], begins
    for number in range(1, length + 1):
        row = unsigned(number, chance)
        rows.append(signed(row, previous, KEYS[row.key_id]))
        previous = rows[-1].digest
    return rows


def resigned(rows: Sequence[Row], start: int, key: Callable[[Row], bytes]) -> list[Row]:
    """Rows numbered and signed anew from a place on, as by somebody who has a key."""
    done = list(rows[:start])
    for row in rows[start:]:
        previous = done[-1].digest if done else LEDGER
        done.append(signed(row._replace(number=len(done) + 1), previous, key(row)))
    return done


WHOLE = chained(16)
ANCHOR = [f"{row.number} {row.digest}" for row in WHOLE]


def findings(rows: Sequence[Row], anchor: Sequence[str] | None = ANCHOR) -> tuple[str, ...]:
    return judged(rows, KEYS, LEDGER, anchor).findings


def test_nothing_is_found_in_a_chain_that_nobody_touched() -> None:
    verdict = judged(WHOLE, KEYS, LEDGER, ANCHOR)
    assert verdict.whole
    assert (verdict.rows, verdict.number, verdict.anchored) == (16, 16, 16)
    assert str(verdict) == (
        f"The record is whole: 16 entries, the last one {WHOLE[-1].digest[:16]}; its anchor agrees."
    )


def test_lines_of_the_anchor_may_change_places_and_be_repeated() -> None:
    """Several processes write them, each after its own commit."""
    assert findings(WHOLE, [*ANCHOR[::-1], *ANCHOR[3:6]]) == ()


def test_a_line_that_is_missing_from_the_anchor_is_missed() -> None:
    for place in range(len(ANCHOR) - 1):
        (lack,) = findings(WHOLE, [*ANCHOR[:place], *ANCHOR[place + 1 :]])
        assert lack == f"The anchor lacks 1 row, first row {place + 1}."
    assert findings(WHOLE, ANCHOR[4:]) == ("The anchor lacks 4 rows, first row 1.",)


def test_a_line_with_a_row_that_no_record_reaches_fills_no_memory() -> None:
    lack, *_ = findings(WHOLE, [*ANCHOR, f"{'9' * 18} {'a' * 64}"])
    assert lack.endswith(f" rows, first row {len(ANCHOR) + 1}.")


def test_an_anchor_that_a_crash_left_behind_is_told_and_is_no_fault() -> None:
    verdict = judged(WHOLE, KEYS, LEDGER, ANCHOR[:-1])
    assert verdict.whole
    assert str(verdict).endswith("its anchor is 1 entry behind.")


def test_an_empty_record_is_whole() -> None:
    assert str(judged([], KEYS, LEDGER, [])) == "The record has no entry yet."


# What somebody may do to rows, by chance; each returns rows that are not the same.


def edit(rows: list[Row], chance: random.Random) -> list[Row]:
    place, field = chance.randrange(len(rows)), chance.choice(Row._fields)
    old = getattr(rows[place], field)
    if field == "number":
        new = chance.choice([0, -1, old + 1, old - 1, old + 100])
    else:
        other = getattr(chance.choice(rows), field)
        cut = chance.randrange(len(old) + 1)
        new = chance.choice([other, old + " ", old[1:], f"{old[:cut]}x{old[cut:]}", old.upper(), old[::-1]])
    return [*rows[:place], rows[place]._replace(**{field: new}), *rows[place + 1 :]]


def move_letters(rows: list[Row], chance: random.Random) -> list[Row]:
    """Move the end of one field to the beginning of the next: joined they are the same."""
    place, field = chance.randrange(len(rows)), chance.randrange(2, 7)
    row = list(rows[place])
    cut = chance.randrange(len(row[field]) + 1)
    row[field], row[field + 1] = row[field][:cut], row[field][cut:] + row[field + 1]
    return [*rows[:place], Row._make(row), *rows[place + 1 :]]


def delete(rows: list[Row], chance: random.Random) -> list[Row]:
    gone = set(chance.sample(range(len(rows)), chance.randint(1, 4)))
    return [row for place, row in enumerate(rows) if place not in gone]


def delete_and_renumber(rows: list[Row], chance: random.Random) -> list[Row]:
    left = delete(rows, chance)
    return [row._replace(number=number) for number, row in enumerate(left, start=1)]


def truncate(rows: list[Row], chance: random.Random) -> list[Row]:
    return rows[: chance.randrange(len(rows))]


def behead(rows: list[Row], chance: random.Random) -> list[Row]:
    return rows[chance.randint(1, len(rows)) :]


def swap(rows: list[Row], chance: random.Random) -> list[Row]:
    one, two = sorted(chance.sample(range(len(rows)), 2))
    done = list(rows)
    done[one], done[two] = rows[two], rows[one]
    return done


def swap_numbers(rows: list[Row], chance: random.Random) -> list[Row]:
    done = swap(rows, chance)
    return [row._replace(number=number) for number, row in enumerate(done, start=1)]


def shuffle(rows: list[Row], chance: random.Random) -> list[Row]:
    return chance.sample(rows, len(rows))


def duplicate(rows: list[Row], chance: random.Random) -> list[Row]:
    place = chance.randrange(len(rows) + 1)
    return [*rows[:place], chance.choice(rows), *rows[place:]]


def insert(rows: list[Row], chance: random.Random) -> list[Row]:
    place = chance.randrange(len(rows) + 1)
    previous = rows[place - 1].digest if place else LEDGER
    forged = signed(unsigned(place + 1, chance), previous, STRANGER)
    rest = [row._replace(number=row.number + chance.choice([0, 1])) for row in rows[place:]]
    return [*rows[:place], forged, *rest]


def forge_from_a_place_on(rows: list[Row], chance: random.Random) -> list[Row]:
    """Somebody without a key writes the end anew."""
    return resigned(rows, chance.randrange(len(rows)), lambda _: STRANGER)


def write_anew_with_the_key(rows: list[Row], chance: random.Random) -> list[Row]:
    """Somebody with every key writes the end anew: only the anchor knows."""
    place = chance.randrange(len(rows))
    changed = rows[place]._replace(who=f"{rows[place].who}x")
    return resigned([*rows[:place], changed, *rows[place + 1 :]], place, lambda row: KEYS[row.key_id])


def go_on_with_the_old_key(rows: list[Row], chance: random.Random) -> list[Row]:
    """Somebody stole a key, it was replaced, and an entry is signed with it all the same."""
    last = rows[-1]
    row = unsigned(last.number + 1, chance)._replace(key_id="0ld")
    return [*rows, signed(row, last.digest, OLD)]


def replay_another(rows: list[Row], chance: random.Random) -> list[Row]:
    """The chain of another ledger, or of this one before its anchor was lost, in place of the end or of all."""
    other = chained(len(rows), chance.choice([LEDGER, OTHER]), seed=chance.randint(2, 9))
    start = chance.randrange(len(rows))
    return [*rows[:start], *other[start:]]


TAMPERINGS = (
    edit,
    edit,
    edit,
    move_letters,
    delete,
    delete_and_renumber,
    truncate,
    behead,
    swap,
    swap_numbers,
    shuffle,
    duplicate,
    insert,
    forge_from_a_place_on,
    write_anew_with_the_key,
    go_on_with_the_old_key,
    replay_another,
)


@pytest.mark.parametrize("times", [600, pytest.param(10_000, marks=pytest.mark.soak)])
def test_every_tampering_is_found(times: int) -> None:
    chance = random.Random(62)
    done = dict.fromkeys(TAMPERINGS, 0)
    missed = []
    while sum(done.values()) < times:
        tampering = chance.choice(TAMPERINGS)
        rows = tampering(WHOLE, chance)
        if rows == WHOLE:
            continue
        done[tampering] += 1
        if not findings(rows):
            missed.append((tampering.__name__, rows))
    assert missed == []
    assert min(done.values()) > times * 0.03


def test_each_fault_is_told_in_a_sentence_with_its_row() -> None:
    at = 4
    altered = [*WHOLE[:at], WHOLE[at]._replace(who="nobody"), *WHOLE[at + 1 :]]
    assert findings(altered) == ("Row 5 was altered or put in, or the row before it was.",)
    assert findings([*WHOLE[:4], *WHOLE[7:]]) == ("Rows 5 to 7 are missing.",)
    assert findings([*WHOLE[:4], *WHOLE[5:]]) == ("Row 5 is missing.",)
    assert findings(WHOLE[:-1]) == ("Row 16 is cut off from the end: the anchor goes on to 16.",)
    assert findings(WHOLE[:4]) == ("Rows 5 to 16 are cut off from the end: the anchor goes on to 16.",)
    twice = findings([*WHOLE[:5], *WHOLE[4:]])
    assert twice == ("Row 5 is there twice or out of order: it stands after row 5.",)


def test_a_chain_of_another_ledger_is_told_at_its_first_row() -> None:
    found = judged(WHOLE, KEYS, OTHER, ANCHOR).findings
    assert found == (
        "Row 1 was altered or put in, or the row before it was, or the record is another ledger's.",
    )


def test_a_key_that_is_not_there_and_one_that_was_replaced_are_told() -> None:
    found = judged(WHOLE, {"new": NEW}, LEDGER, ANCHOR).findings
    assert found[0] == "Row 1 is signed with a key, '0ld', that the key file does not have."
    assert len(found) == RENEWED
    (replaced,) = findings(go_on_with_the_old_key(WHOLE, random.Random(1)))
    assert replaced == "Row 17 is signed with the key 0ld, which had been replaced by then."


def test_a_row_that_is_not_the_one_that_was_anchored_is_told_though_its_signature_is_right() -> None:
    found = findings(resigned([*WHOLE[:-1], WHOLE[-1]._replace(who="nobody")], 15, lambda _: NEW))
    assert found == ("Row 16 is not the row that was anchored.",)


@pytest.mark.parametrize(
    "line", ["x", "0 " + "a" * 64, "9" * 5000 + " " + "a" * 64, "1 2 3", "1 A", "1  ", ""]
)
def test_a_line_of_the_anchor_that_cannot_be_read_is_told(line: str) -> None:
    assert findings(WHOLE, [line, *ANCHOR]) == ("Line 1 of the anchor cannot be read.",)


def test_a_line_that_a_full_disk_cut_anywhere_is_no_fault_once_it_was_added_again() -> None:
    line = ANCHOR[4]
    for length in range(1, len(line)):
        assert findings(WHOLE, [*ANCHOR[:4], line[:length], *ANCHOR[4:]]) == (), length


def test_a_line_that_somebody_cut_or_blanked_is_a_fault() -> None:
    line = ANCHOR[4]
    for length in range(len(line)):
        first, *_ = findings(WHOLE, [*ANCHOR[:4], line[:length], *ANCHOR[5:]])
        assert first in {"Line 5 of the anchor cannot be read.", "The anchor lacks 1 row, first row 5."}, (
            length
        )
    assert findings(WHOLE, [*ANCHOR, ""]) == ("Line 17 of the anchor cannot be read.",)


def test_an_anchor_that_is_missing_is_two_of_one_row_or_is_long_behind_is_told() -> None:
    assert findings(WHOLE, None) == ("The anchor of the record is missing.",)
    (two,) = findings(WHOLE, [*ANCHOR, f"16 {'0' * 64}"])
    assert two == "Line 17 of the anchor has another row 16 than a line above it."
    (behind,) = findings(chained(90), [])
    assert behind.startswith("The anchor ends at row 0, but the record goes on to 90.")


def test_a_cell_that_is_no_text_is_told() -> None:
    blob = [WHOLE[0]._replace(who=b"amina"), *WHOLE[1:]]  # as SQLite may hold it
    assert findings(blob) == ("Row 1 holds something that is not text.",)
