"""The days that a view speaks of, in words."""

from data.formatting import written_day
from metrics.as_at import Clocks
from service.view import Source, View

TRUE = "True figures, before disclosure control: not for publication."


def spoken_clocks(view: View) -> str:
    day = f"As at {written_day(view.clocks.as_at)}"
    return f"{day}, {known_in_words(view.clocks, view.source)}"


def ahead(clocks: Clocks) -> str:
    if not clocks.ahead:
        return ""
    known, day = written_day(clocks.known_at), written_day(clocks.as_at)
    return (
        f"These figures are for {day}, but what is known ends on {known}. "
        "They miss what happened in between. No finish is forecast and no promise judged."
    )


def known_in_words(clocks: Clocks, source: Source) -> str:
    if clocks.known_at == clocks.as_at == source.last_day:
        return "the last day loaded"
    if clocks.known_at == clocks.as_at:
        return "as reported at the time"
    if clocks.known_at == source.last_day:
        return f"as known now ({written_day(clocks.known_at)})"
    return f"as known on {written_day(clocks.known_at)}"
