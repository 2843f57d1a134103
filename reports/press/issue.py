"""One release as it leaves: what the public is told, from which moment, and how it stands today."""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from data.marking import DEMONSTRATION
from data.publishing.content import Published
from data.terms import Public
from data.written import written_day

Standing = Literal["published", "embargoed", "replaced", "withdrawn"]
_WORDS: dict[Standing, str] = {
    "published": "",
    "embargoed": "EMBARGOED UNTIL {moment}: NOT FOR PUBLICATION",
    "replaced": "REPLACED BY A LATER VERSION",
    "withdrawn": "WITHDRAWN: NOT TO BE USED",
}
_STATUS = {
    "provisional": "Provisional figures: they may change as the review goes on.",
    "revised": "Revised figures: some differ from those published before, as told below.",
    "final": "Final figures: no further change is expected.",
}


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What a file of a release is made from.

    published_at: in UTC, to the second. digest: of the release, as it was approved. figure, by: of a picture,
    the one figure that it shows, and by what it is split.
    """

    public: Published
    published_at: dt.datetime
    digest: str
    standing: Standing = "published"
    figure: str = ""
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # What was pasted into a note may hold signs that nobody sees and that some files cannot hold.
        public = Published.model_validate(_seen(self.public.model_dump()))
        object.__setattr__(self, "public", public)

    @property
    def help(self) -> Public:
        """What is told to whoever may be in danger, and whom the press may ask, as it was frozen."""
        return self.public.help

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands at the head of everything, in capitals: nothing where a release is public and real."""
        said = _WORDS[self.standing].format(moment=self.moment.upper())
        real = DEMONSTRATION if self.public.demonstration else ""
        return tuple(each for each in (said, real) if each)

    @property
    def title(self) -> str:
        """What a file calls itself: its number first."""
        return f"{self.public.name}: {self.public.title}"

    @property
    def moment(self) -> str:
        """Since when it is public, "09:30 on Thursday 11 January 2024 (GMT)"; of a statement its day."""
        local = self.published_at.astimezone(ZoneInfo(self.public.time_zone))
        day = f"{local:%A} {written_day(local.date())}"
        if self.public.origin == "elsewhere":
            return day
        second = f":{local:%S}" if local.second else ""
        return f"{local:%H:%M}{second} on {day} ({local.tzname()})"

    @property
    def status(self) -> str:
        """What its status means, in a sentence."""
        return _STATUS[self.public.status]

    @property
    def short(self) -> str:
        """Its number, its day and its status on one line."""
        public = self.public
        return f"{public.name}. As at {written_day(public.as_at)}. {public.status.capitalize()} figures."


def _seen(said: Any, *, apart: bool = False) -> Any:  # noqa: ANN401  # as pydantic dumps it
    """Return the same with every text as it is seen: composed, and without what cannot be printed.

    apart: whether its lines are kept apart.
    """
    if isinstance(said, dict):
        return {name: _seen(each, apart=name == "note") for name, each in said.items()}
    if isinstance(said, list | tuple):
        return tuple(_seen(each) for each in said)
    if not isinstance(said, str):
        return said
    lines = unicodedata.normalize("NFC", said).splitlines()
    return ("\n" if apart else " ").join(filter(None, (_seen_line(each) for each in lines)))


def _seen_line(line: str) -> str:
    letters = (" " if each.isspace() else each for each in line)
    return " ".join("".join(each for each in letters if each.isprintable()).split())
