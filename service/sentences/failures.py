"""The analyst's questions answered first: which failures, where, why, since when, chance or change."""

import polars as pl
import streamlit as st

from charts.bars import labels_of
from data.formatting import listed_words, written_count, written_day
from metrics.dimensions import dimension
from pages.parts.failures import rates, reviews
from service.markdown import plain
from service.view import View

MOST_REASONS = 3


def draw(view: View) -> None:
    lines = {
        "Which": _counted(view, "part"),
        "Where": _where(view),
        "Why": _counted(view, "reason", most=MOST_REASONS),
        "Since when": _span(view),
        "Chance or change": reviews.change(view),
        "Harm": reviews.harm(view),
    }
    st.markdown("\n".join(f"- **{question}**: {plain(line)}" for question, line in lines.items() if line))


def _counted(view: View, name: str, most: int | None = None) -> str:
    found = view.result("failures", by=[name]).filter(pl.col("numerator") > 0)
    found = found.sort("numerator", descending=True, maintain_order=True)
    named = {part.name: part.title for part in view.source.terms.partition} if name == "part" else {}
    told = [
        f"{named.get(label, label)} ({written_count(count)})"
        for label, count in zip(labels_of(found, dimension(name)), found["numerator"], strict=True)
    ]
    if most is None or len(told) <= most + 1:
        return f"{listed_words(told)}."
    rest = int(found["numerator"][most:].sum())
    return f"{', '.join(told[:most])}, and {written_count(rest)} for {len(told) - most} other reasons."


def _where(view: View) -> str:
    return " ".join(filter(None, (rates.told_by(view, "area"), rates.told_by(view, "year"))))


def _span(view: View) -> str:
    """Say from when to when failures were found, and when most."""
    daily, monthly = view.result("failures", every="1d"), view.result("failures", every="1mo")
    days = daily.filter(pl.col("numerator") > 0)["period"]
    top = monthly.row(int(monthly["numerator"].arg_max() or 0), named=True)
    if len(days) == 1:
        return f"found on {written_day(days[0])}."
    most = f"most in {top['period']:%B %Y} ({written_count(top['numerator'])})"
    return f"found from {written_day(days[0])} to {written_day(days[-1])}, {most}."
