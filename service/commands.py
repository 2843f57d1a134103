"""Commands that need more than `data`: the load, which must not lower a published figure unasked."""

import argparse

from rich.console import Console

from data import cli_output
from data.formatting import written_day
from data.intake.load import Unconfirmed, load
from data.intake.mapping import read_mapping
from data.review import open_review
from service.load_impact import lowering


def load_files(asked: argparse.Namespace) -> None:
    """UserError: the load is refused; what it would take away was shown."""
    review = open_review(asked.review)
    mapping = read_mapping(asked.mapping)
    recorded_on = asked.recorded_on or review.today()
    console = Console()
    try:
        with cli_output.progress_bar() as progress:
            loaded = load(
                review,
                asked.files,
                mapping,
                recorded_on=recorded_on,
                note=asked.note,
                rehearsal=asked.dry_run,
                confirm_removals=asked.confirm_removals,
                confirm_corrections=asked.confirm_corrections,
                confirm_day=asked.confirm_day,
                checks=[lowering(review)],
                progress=progress,
            )
    except Unconfirmed as unconfirmed:
        cli_output.tell_alterations(console, unconfirmed.alterations)
        raise
    chosen = "" if asked.recorded_on else ", which is today"
    console.print(f"Recorded on {written_day(recorded_on)}{chosen}.", highlight=False, soft_wrap=True)
    cli_output.tell_load(console, loaded, rehearsal=asked.dry_run)
