import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from access.audit import extract, verify
from access.sessions import Sessions
from access.settings import read_settings
from data.commands import Command, Parser, add_commands, argument, day, run
from data.csv_safe import separated
from data.errors import UserError
from data.formatting import counted, written_day
from data.record import Kind, Outcome, done_here
from data.record_files import keep_journal
from data.review import Review, marked, open_review
from data.stable_file import write_private

MOST_PRINTED = 20


def _verify(asked: argparse.Namespace) -> int:
    copy = None
    if asked.anchor:
        content = sys.stdin.buffer.read() if str(asked.anchor) == "-" else asked.anchor.read_bytes()
        copy = content.decode(errors="replace")
    record = open_review(asked.review).record
    verdict = verify(record, copy)
    print(verdict)
    for finding in verdict.findings[:MOST_PRINTED]:
        print(finding)
    if len(verdict.findings) > MOST_PRINTED:
        print(f"... and {len(verdict.findings) - MOST_PRINTED:,} more.")
    entries = counted(verdict.rows, "entry", "entries")
    faults = counted(len(verdict.findings), "fault", "faults")
    scope, outcome = f"the record verified: whole, {entries}", Outcome.ALLOWED
    if not verdict.whole:
        scope, outcome = f"the record verified: not whole, {faults} in {entries}", Outcome.FAILED
    # Printed first: a record that is not whole may not take an entry.
    record.write(done_here(Kind.CONSULTATION, scope, outcome=outcome))
    return 0 if verdict.whole else 1


def _extract(asked: argparse.Namespace) -> None:
    review = open_review(asked.review)
    if asked.out is not None and asked.out.exists():
        raise UserError(f"There is a file {asked.out} already: choose another name with --out.")
    span = f"from {written_day(asked.begins)} to {written_day(asked.ends)}"
    rows = extract(review.record, asked.begins, asked.ends)
    review.record.write(done_here(Kind.DISCLOSURE, f"the record {span}"))
    marking = marked(read_settings(review.folder).marking, demonstration=review.terms.demonstration)
    above = (review.terms.name, f"The record {span}, by days and moments in UTC.")
    text = separated(rows, marking, above)
    if asked.out is None:
        sys.stdout.buffer.write(text)
        return
    write_private(asked.out, text)
    print(f"Wrote {counted(rows.height, 'entry', 'entries')} to {asked.out}.")


def _key(asked: argparse.Namespace) -> None:
    record = open_review(asked.review).record
    name = record.renew_key(done_here(Kind.ADMINISTRATION, "a new key of the record"))
    print(f"The record is signed with the key {name} from now on; make a copy of {record.keys.path} anew.")


def _sessions(asked: argparse.Namespace) -> None:
    review = open_review(asked.review)
    live = _visits(review).live()
    visits = counted(len(live), "visit", "visits")
    review.record.write(done_here(Kind.CONSULTATION, f"who is signed in: {visits}"))
    for session in live:
        last = dt.datetime.fromtimestamp(session.seen_at, dt.UTC)
        print(f"{session.who}, {session.role}, last seen {written_day(last.date())} at {last:%H:%M} UTC")
    print(f"{visits} under way.")


def _end(asked: argparse.Namespace) -> None:
    review = open_review(asked.review)
    review.record.write(done_here(Kind.ADMINISTRATION, f"end every visit of {asked.who}"))
    ended = _visits(review).end_all(asked.who)
    print(f"Ended {counted(ended, 'visit', 'visits')} of {asked.who}.")


def _visits(review: Review) -> Sessions:
    return Sessions(review.ledger, read_settings(review.folder).sessions)


_COMMANDS: dict[str, Command] = {
    "verify": (
        _verify,
        "say whether the record is whole",
        argument(
            "--anchor",
            type=Path,
            metavar="FILE",
            help="another copy of it; - reads it, or a journal, from standard input",
        ),
    ),
    "extract": (
        _extract,
        "write the entries of some days as CSV",
        argument("--from", dest="begins", type=day, required=True, metavar="DAY"),
        argument("--to", dest="ends", type=day, required=True, metavar="DAY"),
        argument("--out", type=Path, metavar="FILE", help="file to write (default: print it)"),
    ),
    "key": (_key, "sign the record with a new key from now on"),
    "sessions": (_sessions, "who is signed in now"),
    "end": (
        _end,
        "end every visit of a reader, on every screen",
        argument("who", metavar="WHO", help="the name that `sessions` shows"),
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    words = "Verify the record of who did what, and take it out."
    parser = Parser(prog="python -m access", description=words)
    add_commands(parser, _COMMANDS)
    return run(parser, arguments)


if __name__ == "__main__":
    keep_journal()
    sys.exit(main())
