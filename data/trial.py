"""A trial: files loaded by a guess into a scratch review of their own, to see what Candour makes of them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.errors import UserError, refusal
from data.formatting import argument, listed_words
from data.intake.extract import safe_name
from data.intake.fitting import Line
from data.intake.grain import FINDINGS
from data.intake.guess import Draft, Guess, fullest, guesses_of
from data.intake.load import Loaded, Progress, load, silent
from data.intake.mapping import read_mapping
from data.intake.suggest import mapping_of, quoted, terms_of
from data.review import SETTINGS, TERMS, chosen_folder, new_review
from data.schema import SCHEMAS, listed_columns, usual_codes
from data.stable_file import refuse_filled, whole_folder, write_private

MAPPING, MARK = "mapping.toml", "TRIAL.txt"
_SETTINGS = 'mode = "single-user"\nmarking = "OFFICIAL-SENSITIVE: TRIAL, NOT A REVIEW"\n'
_DASHBOARD = Path(__file__).parents[1] / "dashboard.py"


@dataclass(frozen=True)
class Trial:
    folder: Path
    files: list[str]
    guesses: list[Guess]
    loaded: Loaded


def deletion(folder: Path) -> str:
    beside = "" if folder.parent == chosen_folder().parent else f" --review {argument(folder)}"
    return f"python -m data{beside} try --delete {folder.name.removeprefix('try-')}"


def trial_folder(beside: Path, name: str) -> Path:
    plain = re.sub(r"[^a-z0-9]+", "-", safe_name(name).casefold()).strip("-")
    return beside.parent / f"try-{plain or 'file'}"


def prepare(folder: Path, files: Sequence[str], progress: Progress = silent) -> Trial:
    """Make the trial in `folder`, whole or not at all; UserError where no case can be guessed."""
    if os.environ.get("CANDOUR_LEDGER") or os.environ.get("CANDOUR_SETTINGS"):
        raise refusal("trial_named")
    refuse_filled(folder, f"delete it with {deletion(folder)}, or choose another --name")
    guesses: list[Guess] = []
    sources: list[str] = []
    for done, file in enumerate(files):
        progress(f"Looking at {safe_name(Path(file).name)}", done, len(files))
        guesses += guesses_of(file)
        sources += [file] * (len(guesses) - len(sources))
    guesses = _loadable(guesses)
    if not any(line.column.span for guess in guesses for line in guess.lines):
        raise refusal("no_cases", files=_names(guesses), file=argument(files[0]))
    with whole_folder(folder) as unfinished:
        write_private(unfinished / MARK, f"A trial, deleted with {deletion(folder)}\n".encode())
        write_private(unfinished / SETTINGS, _SETTINGS.encode())
        write_private(unfinished / TERMS, _terms(guesses).encode())
        mapping = mapping_of(guesses, of_other_days=False)
        plan = read_mapping(write_private(unfinished / MAPPING, mapping.encode()))
        review = new_review(unfinished)
        try:
            fed = dict.fromkeys(f for f, guess in zip(sources, guesses, strict=True) if guess.drafts)
            loaded = load(review, [*fed], plan, recorded_on=review.today(), note="A trial", progress=progress)
        except UserError as fault:
            raise refusal("trial_refused", fault=fault, file=argument(files[0])) from None
        finally:
            review.close()
    return Trial(folder, list(files), guesses, loaded)


def _names(guesses: Sequence[Guess]) -> str:
    return listed_words([*dict.fromkeys(guess.file for guess in guesses)])


def _terms(guesses: Sequence[Guess]) -> str:
    lines = list(terms_of(guesses))
    days = sorted(day for guess in guesses for line in guess.lines for day in line.column.span)
    if not any("[period]" in line for line in lines):
        lines.append(f"[period]\nbegins = {days[0]}\nends = {days[-1]}")
    heading = (
        "# Drafted from the values of the files: read every line.",
        f"name = {quoted(f'Trial of {_names(guesses)}: not a review')}",
        'body = "The body under review"',
        'oversight_body = "The oversight body"',
        f"began_on = {days[0]}",
    )
    return "\n".join([*heading, *lines]) + "\n"


def _loadable(guesses: Sequence[Guess]) -> list[Guess]:
    """Guesses with what a load would take: each table once, and no code that the terms do not have."""
    sound = [replace(guess, drafts=list(filter(None, map(_sound, guess.drafts)))) for guess in guesses]
    by_table = fullest(sound)
    return [guess.of_tables(by_table) for guess in sound]


def _sound(draft: Draft) -> Draft | None:
    columns = SCHEMAS[draft.table].columns()
    lines = {n: line for n, line in draft.lines.items() if not columns[n].nullable or _has_its_codes(line)}
    if draft.table == FINDINGS and lines.keys().isdisjoint(("recommended", "final")):
        return None
    sound = replace(draft, lines=lines)
    needed = [line for line in lines.values() if not _has_its_codes(line)]
    return None if sound.missing or needed else sound


def _has_its_codes(line: Line) -> bool:
    column = SCHEMAS[line.table].columns()[line.name]
    if line.stray or usual_codes(column):
        return bool(line.stray) or not line.strange
    return line.name not in listed_columns(SCHEMAS[line.table]) or (
        bool(line.column.codes) and not line.column.people
    )


def delete(folder: Path) -> None:
    if not (folder / MARK).is_file():
        raise UserError(f"There is no trial in {folder}: name one as python -m data try named it.")
    shutil.rmtree(folder)


def open_dashboard(folder: Path) -> int:
    """Serve the trial until it is stopped; return the dashboard's exit code."""
    environment = os.environ | {"CANDOUR_REVIEW": str(folder.resolve())}
    command = [sys.executable, _DASHBOARD]
    try:
        return subprocess.run(command, check=False, cwd=_DASHBOARD.parent, env=environment).returncode
    except KeyboardInterrupt:
        # Whoever looked at it has seen enough.
        return 0
