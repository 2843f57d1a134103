"""How the size of the review has changed, as known on each day."""

import polars as pl

from data.formatting import counted, written_count, written_day
from service.over_time import every_day
from service.view import View


def grown(view: View) -> str:
    """Say how the scope has changed since all then known had been risk assessed; nothing before that."""
    if not view.told(["risk_assessed"]):
        return ""
    days = every_day(view, view.clocks.known_until)
    size, assessed = (view.course(name, days, then=True) for name in ("population", "risk_assessed"))
    whole = size.filter((size["numerator"] > 0) & (size["numerator"] == assessed["numerator"]))
    if whole.is_empty():
        return ""
    first, now = whole.row(0, named=True), size.row(-1, named=True)["numerator"]
    change = now - first["numerator"]
    case = view.source.terms.case
    every = f"every one of {written_count(first['numerator'])} {case.many}"
    said = f"On {written_day(first['day'])}, as was known then, {every} had been risk assessed"
    if not change:
        return f"{said}; the scope has not changed since."
    more = f"{counted(abs(change), case.one, case.many)} {'more' if change > 0 else 'fewer'}"
    last = size.filter(pl.col("numerator") != now)["day"].max()
    since = size.filter(pl.col("day") > last)["day"][0]
    return f"{said}; the scope is now {more}: {written_count(now)} since {written_day(since)}."
