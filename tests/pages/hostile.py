"""A review whose every word that a file or a person may choose would be a link, a heading or a picture if it could."""

import datetime as dt
import tomllib
from itertools import cycle
from pathlib import Path

import polars as pl

from data.loading import Arrival
from data.review import Review, new_review, open_review
from data.schema import SCHEMAS, listed_columns
from tests.loading import sealed_loading

LOUD = "loudly"
MARKS = (
    f"**{LOUD}**", f"<b>{LOUD}</b>", "[a](http://evil.example)", ":material/warning:", f"${LOUD}$ $y$",
    "%{y} %{x}", "<img src=x onerror=alert(1)>", f"_{LOUD}_ a_b_c", "<a href='http://evil.example'>z</a>",
    f":red[{LOUD}]", ":smile:", "www.evil.example", f"`{LOUD}`", "&lt;i&gt; &amp;",
)  # fmt: skip
HEADS = ("1. ", "# ", "- ", "> ", "", "")
FIRST, LAST = dt.date(2024, 1, 11), dt.date(2024, 5, 30)
NOTE = f"Why **{LOUD}** <b>{LOUD}</b> [a](http://evil.example)"
FILE = f"<b>{LOUD}</b> [a](evil) _x_.csv"


def hostile_review(untouched: Path, folder: Path) -> Review:
    """Load the rows of the demonstration, every code of its terms renamed, into a review of hostile names."""
    before = open_review(untouched)
    terms = tomllib.loads((untouched / "terms.toml").read_text())
    marks, heads = cycle(MARKS), cycle(HEADS)
    renamed = {
        name: {code: f"{next(heads)}{code} {next(marks)}"[:80] for code in codes}
        for name, codes in terms["lists"].items()
    }
    terms["lists"] = {name: [*codes.values()] for name, codes in renamed.items()}
    terms |= {name: f"{terms[name]} {next(marks)}" for name in ("name", "body", "oversight_body", "scheme")}
    terms["case"] = {"one": f"case {MARKS[1]}{MARKS[6]}", "many": f"cases {MARKS[0]}{MARKS[2]}{MARKS[6]}"}
    for part in terms["partition"]:
        part |= {name: f"{part[name]} {next(marks)}" for name in ("title", "definition")}
    path = folder.parent / "hostile-terms.toml"
    path.write_text(_toml(terms))
    review = new_review(folder, path)
    snapshot = before.snapshot()
    for day, note in ((FIRST, ""), (LAST, NOTE)):
        with sealed_loading(review, day, note=note) as loading:
            for table, schema in SCHEMAS.items():
                versions = snapshot.scan(table).filter(
                    pl.col("recorded_from") <= day, pl.col("recorded_to") > day
                )
                rows = versions.select(list(schema.columns())).collect()
                for column, name in listed_columns(schema).items():
                    if name not in renamed:
                        continue
                    rows = rows.with_columns(pl.col(column).cast(pl.String).replace(renamed[name]))
                loading.store(_arrival(table, rows, held=table == "applications" and day == LAST))
    before.ledger.engine.dispose()
    return review


def _arrival(table: str, rows: pl.DataFrame, *, held: bool) -> Arrival:
    schema = SCHEMAS[table]
    typed = schema.validate(rows.cast(dict(pl.Schema(schema))))
    reason = {"row_number": 2, "column_name": f"**{LOUD}**", "shape": "<b>aa</b>", "reason": NOTE}
    quarantine = pl.DataFrame(
        [reason] if held else [],
        schema={"row_number": pl.Int64, "column_name": pl.String, "shape": pl.String, "reason": pl.String},
        orient="row",
    )
    return Arrival(
        table=table, file=FILE, fingerprint=f"{table} {held}", rows=typed,
        rejected_keys=typed.select(schema.primary_key()).clear(), quarantine=quarantine, whole=False,
        read=typed.height + held,
    )  # fmt: skip


def _toml(terms: dict) -> str:
    """Write settings as TOML, tables last."""

    def value(one: object) -> str:
        if isinstance(one, bool):
            return str(one).lower()
        if isinstance(one, str):
            escaped = one.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{escaped}"'
        if isinstance(one, list):
            return f"[{', '.join(map(value, one))}]"
        return str(one)

    def pairs(section: dict) -> list[str]:
        plain = [(k, v) for k, v in section.items() if not isinstance(v, dict)]
        return [f"{k} = {value(v)}" for k, v in plain if not (isinstance(v, list) and isinstance(v[0], dict))]

    lines = pairs(terms)
    for name, section in terms.items():
        if isinstance(section, dict):
            lines += [f"[{name}]", *pairs(section)]
        elif isinstance(section, list) and isinstance(section[0], dict):
            for each in section:
                lines += [f"[[{name}]]", *pairs(each)]
    return "\n".join(lines) + "\n"
