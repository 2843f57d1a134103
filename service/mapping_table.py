"""A mapping as a table: a line for each column of a file, and back into the mapping's text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from data.errors import UserError
from data.intake.extract import folded
from data.schema import SCHEMAS
from data.spool import FileColumn

LEFT_OUT = "left out"
BETWEEN = " | "  # formats of one column
_SHOWN_APART = ("column", "value", "formats")
Field = tuple[int, str]
"""A column of the register: which of the mapping's tables it is of, and its name."""


@dataclass(frozen=True)
class Line:
    """theirs: the file's column, by name or place; None where a value stands in every row.

    field: what it feeds; None where it is left out.
    """

    theirs: str | int | None
    field: Field | None
    formats: str
    note: str
    new: bool = False
    value: str = ""

    @property
    def title(self) -> str:
        if self.theirs is None:
            return f"always {self.value}"
        return f"column {self.theirs}" if isinstance(self.theirs, int) else self.theirs


class MappingTable:
    """UserError: the text is no TOML, or has no tables."""

    def __init__(self, mapping: str, columns: Sequence[FileColumn], *, only_new: bool = False) -> None:
        self._mapping = mapping
        names = self._parse()
        self.fields = dict(_labelled(names))
        self._labels = {field: label for label, field in self.fields.items()}
        self.lines = [line for line in self._lines(columns) if line.new or not only_new]

    def _parse(self) -> list[str]:
        """Return the names of its tables."""
        try:
            self._document = tomlkit.parse(self._mapping)
            self._tables: list[Any] = [*self._document["tables"]]  # pyright: ignore
            self._columns: list[dict[str, Any]] = [table["columns"] for table in self._tables]
            return [str(table["table"]) for table in self._tables]
        except (TOMLKitError, KeyError, TypeError) as fault:
            raise UserError(f"The mapping has no tables that can be shown: {fault}.") from None

    def label(self, line: Line) -> str:
        return self._labels[line.field] if line.field else LEFT_OUT

    @property
    def _read_apart(self) -> dict[str, str]:
        """Why a column is read that feeds no column of its own, by its folded name."""
        keys = [_settings(part).get("column", "") for table in self._tables for part in table.get("key", ())]
        rows = {
            folded(name): "says which rows are meant"
            for table in self._tables
            for name in table.get("where", ())
        }
        return {folded(str(name)): "part of the key" for name in keys} | rows

    @property
    def remarks(self) -> list[str]:
        """Return what the tables say of whole rows, which no line has."""
        apart = ("table", "file", "columns")
        return [
            f"{table['table']}: {name} {_written(setting)}"
            for table in self._tables
            for name, setting in table.items()
            if name not in apart
        ]

    def edited(self, choices: Sequence[tuple[str, str]]) -> str:
        """Return the mapping with a label of a field, and formats, chosen for each line.

        UserError: there is no such field, or two columns feed one.
        """
        if len(choices) != len(self.lines):
            raise UserError("The table has other lines now: look at it again.")
        self._parse()
        changed = [
            (line, label, formats)
            for line, (label, formats) in zip(self.lines, choices, strict=True)
            if (label, formats) != (self.label(line), line.formats)
        ]
        before = {line: self._taken_out(line) for line, _, _ in changed if line.field}
        for line, label, formats in changed:
            if label != LEFT_OUT:
                self._put(line, label, formats, before.get(line, {}))
        return self._document.as_string()

    def _lines(self, columns: Sequence[FileColumn]) -> Iterator[Line]:
        fed = [
            (number, name, item) for number, table in enumerate(self._columns) for name, item in table.items()
        ]
        lines = [_line((number, name), item) for number, name, item in fed]
        used: set[Line] = set()
        for column in columns:
            own = [line for line in lines if _is_of(line, column)]
            used.update(own)
            source = column.name or column.place
            note = self._read_apart.get(folded(column.name)) or column.kind
            yield from own or [Line(source, None, "", note, column.new)]
        yield from (line for line in lines if line not in used)

    def _taken_out(self, line: Line) -> dict[str, Any]:
        assert line.field
        number, name = line.field
        if name not in self._columns[number]:
            raise UserError(f"{name} is in the mapping twice: edit it as text.")
        return _settings(self._columns[number].pop(name))

    def _put(self, line: Line, label: str, formats: str, before: dict[str, Any]) -> None:
        if label not in self.fields:
            raise UserError(f"There is no column {label!r} to choose.")
        number, name = self.fields[label]
        if name in self._columns[number]:
            raise UserError(f"Two columns become {label}: leave one of them out.")
        # Codes and the like are of the column that they were written for.
        passed = before if line.field == (number, name) else {"null": before.get("null")}
        given = [form.strip() for form in formats.split(BETWEEN.strip()) if form.strip()]
        source = {"value": line.value} if line.theirs is None else {"column": line.theirs}
        settings = {**passed, **source, "formats": given}
        item = tomlkit.inline_table()
        item.update({key: setting for key, setting in settings.items() if setting})
        self._columns[number][name] = line.theirs if [*item] == ["column"] else item


def _labelled(tables: Sequence[str]) -> Iterator[tuple[str, Field]]:
    for number, table in enumerate(tables):
        twice = f" ({number + 1})" if tables.count(table) > 1 else ""
        prefix = f"{table}{twice}." if len(tables) > 1 else ""
        for name in SCHEMAS[table].column_names() if table in SCHEMAS else ():
            yield f"{prefix}{name}", (number, name)


def _settings(item: Any) -> dict[str, Any]:  # noqa: ANN401  # what a mapping has there is not checked yet
    return dict(item) if isinstance(item, dict) else {"column": item}  # pyright: ignore


def _line(field: Field, item: Any) -> Line:  # noqa: ANN401
    settings = _settings(item)
    comment = str(item.trivia.comment).strip("# ")
    more = [f"{name} {_written(value)}" for name, value in settings.items() if name not in _SHOWN_APART]
    given, source = settings.get("formats") or (), settings.get("column")
    # Plain texts and numbers: what tomlkit reads remembers its document.
    theirs = int(source) if isinstance(source, int) else None if source is None else str(source)
    formats, note = BETWEEN.join(map(str, given)), "; ".join(filter(None, [comment, *more]))
    return Line(theirs, field, formats, note, value=str(settings.get("value", "")))


def _is_of(line: Line, column: FileColumn) -> bool:
    if isinstance(line.theirs, int):
        return line.theirs == column.place
    return bool(column.name) and line.theirs is not None and folded(line.theirs) == folded(column.name)


def _written(setting: object) -> str:
    if isinstance(setting, dict):
        return ", ".join(f"{name} = {_written(value)}" for name, value in setting.items())  # pyright: ignore
    return ", ".join(map(str, setting)) if isinstance(setting, list) else str(setting)  # pyright: ignore
