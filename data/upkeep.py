"""The command line's commands for whoever keeps the ledger running."""

import argparse
from collections.abc import Callable

from rich.console import Console

from data.granting import grant
from data.review import migrate_review, open_review


def add_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands to those of `python -m data`, by its subparsers' own `add`."""
    migrating = add("migrate", help="bring the ledger's tables up to this version of Candour")
    migrating.set_defaults(command=_migrate)

    granting = add("grant", help="let one PostgreSQL role read the ledger and another load it, and no more")
    granting.add_argument("--reader", required=True, metavar="ROLE", help="the role that the dashboard uses")
    granting.add_argument("--loader", metavar="ROLE", help="the role that loads")
    granting.set_defaults(command=_grant)


def _migrate(asked: argparse.Namespace) -> None:
    before, after = migrate_review(asked.review)
    if before == after:
        _tell(f"The ledger of {asked.review} is up to date, at revision {after}; nothing was changed.")
        return
    _tell(f"Brought the ledger of {asked.review} from revision {before} to {after}; every row was kept.")
    _tell("On PostgreSQL, grant the roles of the dashboard and of loads anew now: python -m data grant.")


def _grant(asked: argparse.Namespace) -> None:
    ledger = open_review(asked.review).ledger
    try:
        grant(ledger, asked.reader, asked.loader)
    finally:
        ledger.engine.dispose()
    _tell(
        f"The role {asked.reader} may read the ledger, add to its record and keep the visits; nothing else."
    )
    if asked.loader:
        _tell(f"The role {asked.loader} may load: add rows and close row versions; nothing else.")


def _tell(sentence: str) -> None:
    Console().print(sentence, markup=False, highlight=False, soft_wrap=True)
