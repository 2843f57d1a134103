"""Which rows of a file a table means, where a column marks them: rows of one kind, or all but void ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from data.intake.extract import folded
from data.intake.profile import HALF, NEARLY_ALL, Column, Kind, Part, profiled, vocabulary, words
from data.intake.values import FLAGS

FEW_KINDS, MOST_KINDS, MOST_VOID = 3, 6, 0.25
NO_MORE = 1 - NEARLY_ALL


@dataclass(frozen=True, eq=False)
class Meant:
    """without: whether rows with these codes are those not meant. in_doubt: whether only a person can say."""

    column: Column
    codes: tuple[str, ...]
    rows: int
    without: bool = False
    in_doubt: bool = False

    @property
    def setting(self) -> dict[str, object]:
        codes = list(self.codes)
        return {self.column.name: {"not": codes} if self.without else codes}

    @property
    def reason(self) -> str:
        how = "in doubt" if self.in_doubt else "likely"
        what = "rows that seem void are left out" if self.without else "rows of this kind"
        return f"{how}: {what}, {self.rows:,} of {self.column.cells.len():,}"


def void_rows(part: Part, fed: Iterable[int]) -> Iterator[Meant]:
    """fed: places of the columns that a table takes. What those say of a case may be void and yet a fact."""
    fed = set(fed)
    for column in (column for column in part.columns if column.name):
        codes = _void_codes(column)
        rows = int(_has(column, codes).sum())
        if 0 < rows <= MOST_VOID * part.height:
            is_mark = column.kind == Kind.FLAG or len(column.codes) <= FEW_KINDS
            # What was cancelled may have been a case.
            in_doubt = column.place in fed or not is_mark or any("cancel" in folded(code) for code in codes)
            yield Meant(column, codes, rows, without=True, in_doubt=in_doubt)


def _void_codes(column: Column) -> tuple[str, ...]:
    if column.kind == Kind.FLAG and set(words(column.name)) & vocabulary("void", "codes"):
        return tuple(sorted(text for text in column.cells.drop_nulls().unique() if FLAGS.get(folded(text))))
    return tuple(code for code in column.codes if column.kind == Kind.CODE and _is_void(set(words(code))))


def _is_void(of_code: set[str]) -> bool:
    codes = vocabulary("void", "codes")
    return bool(of_code & codes) and of_code <= codes | vocabulary("void", "beside")


def kinds_of(part: Part) -> list[tuple[Meant, Part]]:
    """Return the kinds of rows that a column tells apart, each with columns of its own; none if there is one.

    Steps of a case share their day, and open and closed cases their columns, so neither are kinds.
    """
    for marker in part.columns:
        whole = marker.name and marker.kind == Kind.CODE and not marker.people
        if whole and marker.filled == part.height and 1 < len(marker.codes) <= MOST_KINDS:
            kinds = _kinds_by(part, marker)
            if len(kinds) > 1:
                return [(_meant(marker, codes), _of_kind(part, marker, codes)) for codes in kinds]
    return []


def _kinds_by(part: Part, marker: Column) -> list[tuple[str, ...]]:
    others = [column for column in part.columns if column.kind not in (Kind.EMPTY, Kind.INDEX)]
    columns = {column.place: column for column in others if column is not marker}
    cells = pl.DataFrame({str(place): column.cells.is_not_null() for place, column in columns.items()})
    filled = {code: cells.filter(_has(marker, [code])).mean().row(0, named=True) for code in marker.codes}

    def own(one: str, other: str) -> bool:
        return any(filled[one][p] >= HALF and filled[other][p] <= NO_MORE for p in filled[one])

    kinds: list[list[str]] = []
    for code in marker.codes:
        alike = [kind for kind in kinds if not any(own(code, one) and own(one, code) for one in kind)]
        if alike:
            alike[0].append(code)
        else:
            kinds.append([code])
    days = [str(place) for place, column in columns.items() if column.kind == Kind.DAY]
    shares_a_day = any(all(filled[code][day] > NO_MORE for code in marker.codes) for day in days)
    return [] if shares_a_day else [tuple(kind) for kind in kinds]


def _has(column: Column, codes: Iterable[str]) -> pl.Series:
    wanted = set(map(folded, codes))
    return column.cells.is_in([text for text in column.cells.drop_nulls().unique() if folded(text) in wanted])


def _meant(marker: Column, codes: tuple[str, ...]) -> Meant:
    return Meant(marker, codes, int(_has(marker, codes).sum()))


def _of_kind(part: Part, marker: Column, codes: tuple[str, ...]) -> Part:
    own = _has(marker, codes)
    others = [column for column in part.columns if column is not marker]
    cells = [(column, column.cells.filter(own).fill_null("")) for column in others]
    return Part(part.name, [profiled(c.name, c.place, texts) for c, texts in cells], int(own.sum()))
