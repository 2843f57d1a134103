"""A published figure as a line that can be copied whole: its number, its unit, its day and its status."""

from data.publishing.content import Published, Said, Told, Treatment
from data.written import capitalised, written_count, written_day

_REMARKS: dict[Treatment, str] = {
    "as counted": "",
    "typed": "",
    "exact in the public interest": "exact, in the public interest",
    "rounded": "rounded",
    "from rounded numbers": "from rounded numbers",
    "suppressed": "not given exactly, to protect people",
}
_ONE = {"people": "person"}


def line_of(public: Published, told: Told, said: Said) -> str:
    """Write one number of a figure: "Failures found: 33 failures, as at 22 May 2024 (revised)"."""
    where = f", {', '.join(said.where)}" if said.where else ""
    status = "; ".join(filter(None, (public.status, remark(said))))
    return f"{told.title}{where}: {amount(told, said)}, as at {written_day(public.as_at)} ({status})."


def lines_of(public: Published) -> list[str]:
    """Write every figure that is not split as such a line, in the order of the release."""
    return [line_of(public, each, each.whole) for each in public.figures if not each.by]


def amount(told: Told, said: Said) -> str:
    """Write a number with its unit, in words where it is not given: "between 1 and 7 failures"."""
    number = f"{said.qualifier} {written(told, said)}".strip()
    if told.kind == "share":
        return f"{number} of {told.out_of}" if told.out_of and said.number is not None else number
    return f"{number} {_one(told.unit) if said.number == 1 and not said.qualifier else told.unit}"


def written(told: Told, said: Said) -> str:
    """Write a number without its unit; of one that is suppressed, what can be concluded of it."""
    if said.treatment != "suppressed":
        return said.shown
    if told.kind != "count" or said.low is None or said.high is None:
        return "a share that is not given" if told.kind == "share" else "a number that is not given, of"
    return f"between {written_count(said.low)} and {written_count(said.high)}"


def remark(said: Said) -> str:
    """Say how a number is given, where that is not as it was counted."""
    return _REMARKS[said.treatment]


def heading(told: Told) -> str:
    """Name the column in which a figure's numbers stand, by their unit."""
    return "Share" if told.kind == "share" else capitalised(told.unit)


def _one(unit: str) -> str:
    *before, last = unit.split(" ")
    single = _ONE.get(last) or (f"{last[:-3]}y" if last.endswith("ies") else last.removesuffix("s"))
    return " ".join((*before, single))
