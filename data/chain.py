import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from data.record import Row, signature


def broken(rows: Iterable[Row], keys: Mapping[str, bytes] | None, begins: str) -> Iterator[str]:
    """Say what is wrong with rows in the order in which they stand, each in a sentence.

    keys: as in `Chain`; begins: the ledger's id.
    """
    chain = Chain(keys, begins)
    for row in rows:
        yield from chain.follow(row)


@dataclass
class Chain:
    """A chain as far as it was followed.

    keys: by id, first to last; None where there are none at hand, and no signature can be verified.
    """

    keys: Mapping[str, bytes] | None
    digest: str
    last: int = 0
    rows: int = 0
    key: int = -1
    order: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.order = {name: place for place, name in enumerate(self.keys or {})}

    def follow(self, row: Row) -> Iterator[str]:
        expected, previous = self.last + 1, self.digest
        self.rows += 1
        self.last, self.digest = row.number, row.digest
        if not _readable(row[1:]):
            yield f"Row {row.number} holds something that is not text."
            return
        if row.number > expected:
            yield f"{spanned(expected, row.number - 1)} missing."
        elif row.number < expected:
            yield f"Row {row.number} is there twice or out of order: it stands after row {expected - 1}."
        if self.keys is not None:
            yield from self._signed(self.keys, row, previous, follows=row.number == expected)

    def _signed(self, keys: Mapping[str, bytes], row: Row, previous: str, *, follows: bool) -> Iterator[str]:
        place = self.order.get(row.key_id)
        if place is None:
            yield f"Row {row.number} is signed with a key, {row.key_id!r}, that the key file does not have."
            return
        if place < self.key:
            yield f"Row {row.number} is signed with the key {row.key_id}, which had been replaced by then."
        self.key = max(self.key, place)
        right = signature(keys[row.key_id], previous, row)
        # Where the row before it is missing, no row could be right: that has been said.
        if follows and not hmac.compare_digest(right.encode(), row.digest.encode()):
            other = ", or the record is another ledger's" if row.number == 1 else ""
            yield f"Row {row.number} was altered or put in, or the row before it was{other}."


def _readable(fields: Sequence[object]) -> bool:
    # SQLite keeps whatever is put into a column, whatever the column is for.
    return all(isinstance(each, str) for each in fields)


def spanned(first: int, last: int) -> str:
    return f"Row {first} is" if first == last else f"Rows {first} to {last} are"
