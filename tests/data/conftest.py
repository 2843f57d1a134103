"""A desk to load from: files in a folder, a plan, and an empty review."""

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.intake.load import Loaded, load
from data.intake.mapping import Plan
from data.review import Review, open_review

DAY = dt.date(2024, 1, 11)
HEADER = "Ref,Received,Route,Area,Decision,Decided"
COLUMNS: dict[str, Any] = {
    "application_ref": "Ref",
    "received_on": "Received",
    "route": "Route",
    "area": "Area",
    "decision": "Decision",
    "decided_on": "Decided",
}


def plan_of(*tables: dict[str, Any], extract: str = "full") -> Plan:
    return Plan.model_validate({"extract": extract, "tables": tables})


def applications(**changes: Any) -> dict[str, Any]:
    """Mapping of applications from the columns of HEADER, with some of them changed."""
    return {"table": "applications", "columns": COLUMNS | changes}


def lines(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


class Loader:
    """One review, and what an analyst does with it."""

    def __init__(self, folder: Path, review: Review) -> None:
        self.folder = folder
        self.review = review
        self.plan = plan_of(applications())

    def file(self, text: str | bytes, name: str = "applications.csv") -> str:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    def load(self, *files: str, plan: Plan | None = None, on: dt.date = DAY, **settings: Any) -> Loaded:
        return load(self.review, files, plan or self.plan, recorded_on=on, **settings)

    def take(self, text: str | bytes, **settings: Any) -> Loaded:
        return self.load(self.file(text), **settings)

    def now(self, table: str = "applications") -> pl.DataFrame:
        rows = self.review.snapshot().scan(table).filter(pl.col("closed_by").is_null()).collect()
        return rows.drop("recorded_from", "recorded_to", "opened_by", "closed_by")

    def held(self) -> list[tuple[Any, ...]]:
        """Row, column, shape and reason of everything in quarantine."""
        columns = ("row_number", "column_name", "shape", "reason")
        return self.review.ledger.quarantine().select(columns).rows()


@pytest.fixture
def desk(tmp_path: Path, blank_review: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loader]:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    files = tmp_path / "files"
    files.mkdir()
    shutil.copytree(blank_review, tmp_path / "review")
    desk = Loader(files, open_review(tmp_path / "review"))
    yield desk
    desk.review.ledger.engine.dispose()


@pytest.fixture
def on_both(blank_folder: Path) -> Iterator[Loader]:
    """A desk whose review is in each kind of database in turn."""
    desk = Loader(blank_folder.parent, open_review(blank_folder))
    yield desk
    desk.review.ledger.engine.dispose()
