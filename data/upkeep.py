"""The command line's commands for whoever keeps the ledger running."""

import argparse
from collections.abc import Callable

from rich.console import Console

from data.review import migrate_review


def add_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands to those of `python -m data`, by its subparsers' own `add`."""
    migrating = add("migrate", help="bring the ledger's tables up to this version of Candour")
    migrating.set_defaults(command=_migrate)


def _migrate(asked: argparse.Namespace) -> None:
    before, after = migrate_review(asked.review)
    if before == after:
        _tell(f"The ledger of {asked.review} is up to date, at revision {after}; nothing was changed.")
        return
    _tell(f"Brought the ledger of {asked.review} from revision {before} to {after}; every row was kept.")


def _tell(sentence: str) -> None:
    Console().print(sentence, markup=False, highlight=False, soft_wrap=True)
