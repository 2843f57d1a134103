import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from data.formatting import written_day
from data.publishing.content import Published
from data.review import DEMONSTRATION
from data.terms import Public

Standing = Literal["published", "embargoed", "replaced", "withdrawn"]
_WORDS: dict[Standing, str] = {
    "published": "",
    "embargoed": "EMBARGOED UNTIL {moment}: NOT FOR PUBLICATION",
    "replaced": "REPLACED BY A LATER VERSION",
    "withdrawn": "WITHDRAWN: NOT TO BE USED",
}
_STATUS = {
    "provisional": "Provisional figures: they may change as the review goes on.",
    "revised": "Revised figures: some differ from those published before, as shown below.",
    "final": "Final figures: no further change is expected.",
}


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What a file of a release is made from.

    published_at, withdrawn_at: in UTC, to the second, as a notice has it. digest: of the release as approved.
    figure, by: of a picture, its figure and split. A ValueError: withdrawn, without a day or a reason.
    """

    public: Published
    published_at: dt.datetime
    digest: str
    standing: Standing = "published"
    figure: str = ""
    by: tuple[str, ...] = ()
    withdrawn_at: dt.datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.standing == "withdrawn" and (self.withdrawn_at is None or not self.reason):
            raise ValueError("a release that was withdrawn says when and why")
        object.__setattr__(self, "published_at", self.published_at.replace(microsecond=0))
        object.__setattr__(self, "reason", _seen(self.reason))
        # What was pasted into a note may hold signs that nobody sees and that some files cannot hold.
        public = Published.model_validate(_seen(self.public.model_dump()))
        object.__setattr__(self, "public", public)

    @property
    def help(self) -> Public:
        return self.public.help

    @property
    def marks(self) -> tuple[str, ...]:
        status = _WORDS[self.standing].format(moment=self.moment.upper())
        return tuple(filter(None, (status, DEMONSTRATION if self.public.demonstration else "")))

    @property
    def short_marks(self) -> tuple[str, ...]:
        """The marks without the moment: the name of a file begins with its day."""
        return tuple(mark.replace(f" UNTIL {self.moment.upper()}", "") for mark in self.marks)

    @property
    def title(self) -> str:
        return f"{self.public.name}: {self.public.title}"

    @property
    def moment(self) -> str:
        """Such as "09:30 on Thursday 11 January 2024 (GMT)"; of a statement made elsewhere its day."""
        local = self._local(self.published_at)
        return _day(local) if self.public.origin == "elsewhere" else _moment(local)

    @property
    def withdrawal(self) -> str:
        return "" if self.withdrawn_at is None else _moment(self._local(self.withdrawn_at))

    @property
    def status(self) -> str:
        if self.standing in ("withdrawn", "replaced"):
            return f"They were published as {self.public.status} figures."
        return _STATUS[self.public.status]

    @property
    def short(self) -> str:
        public, gone = self.public, ""
        if self.withdrawn_at is not None:
            gone = f", withdrawn on {written_day(self._local(self.withdrawn_at).date())}"
        status = public.status.capitalize()
        return f"{public.name}{gone}. As at {written_day(public.as_at)}. {status} figures."

    def _local(self, moment: dt.datetime) -> dt.datetime:
        return moment.astimezone(ZoneInfo(self.public.time_zone))


def _day(local: dt.datetime) -> str:
    return f"{local:%A} {written_day(local.date())}"


def _moment(local: dt.datetime) -> str:
    second = f":{local:%S}" if local.second else ""
    return f"{local:%H:%M}{second} on {_day(local)} ({local.tzname()})"


def _seen(fields: Any, *, lines: bool = False) -> Any:  # noqa: ANN401  # as pydantic dumps it
    """Compose every text and drop what cannot be printed. lines: whether lines stay lines."""
    if isinstance(fields, dict):
        return {name: _seen(value, lines=name == "note") for name, value in fields.items()}
    if isinstance(fields, list | tuple):
        return tuple(map(_seen, fields))
    if not isinstance(fields, str):
        return fields
    texts = map(_seen_line, unicodedata.normalize("NFC", fields).splitlines())
    return ("\n" if lines else " ").join(filter(None, texts))


def _seen_line(line: str) -> str:
    letters = (" " if letter.isspace() else letter for letter in line)
    return " ".join("".join(letter for letter in letters if letter.isprintable()).split())
