"""The life of each referral as a line in time; those outside the scope apart."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.chart import Chart
from charts.timeline import Line, timeline
from data.formatting import counted, listed_words, short_day, written_day
from data.schema import REFERRAL_STATUSES
from metrics.histories.oversight import ENDED
from metrics.status_history import MATTER, standing_of, stretches_of
from pages.widgets import chart_card, export_button, rows
from service.view import View

# The longest status in the first colour, and the one that holds a matter up in the one that stands out.
COLOURED = (
    "under investigation",
    "being assessed",
    "mode decided",
    "suspended for criminal proceedings",
    "report complete",
    "referred",
    "outcome",
    "re-opened",
    *ENDED,
)
IN_SCOPE, OUTSIDE = "The life of each referral", "Referrals outside the scope, earlier ones among them"


def draw(view: View, *, in_scope: bool) -> None:
    """Draw the referrals of one side of the scope, to those who may see case rows."""
    count = view.figure("referrals" if in_scope else "referrals_outside_scope").numerator
    title = IN_SCOPE if in_scope else OUTSIDE
    if count == 0:
        return
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.subheader(title)
        st.caption(rows.NOT_ROWS)
    else:
        _draw(view, title, in_scope=in_scope)
    if not in_scope:
        said = counted(count, "referral is", "referrals are")
        st.caption(f"{said} recorded outside the scope of the review, and counted in no figure above.")


def _draw(view: View, title: str, *, in_scope: bool) -> None:
    standing, parts = _lives(view, in_scope=in_scope)
    chart_card.show(_chart(view, title, standing, parts), key=f"lives_{in_scope}")
    if chained := _chains(standing):
        st.caption(chained)
    # They are rows, not figures: they leave as rows do, with a reason.
    export_button.offer_rows(
        view, "referrals" if in_scope else "referrals_outside_scope", (), key=f"of_{in_scope}"
    )


def _lives(view: View, *, in_scope: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    spells = view.life("referrals").filter(pl.col("in_scope") == in_scope)
    as_at = view.clocks.as_at
    failures, chains = view.table("referral_failures"), view.table("referral_chains")
    return standing_of(spells, failures, chains, as_at), stretches_of(spells, as_at)


def _chart(view: View, title: str, standing: pl.DataFrame, parts: pl.DataFrame) -> Chart:
    return timeline(
        title,
        [_line(row) for row in standing.iter_rows(named=True)],
        parts.rename({MATTER: "name"}),
        chart_card.colours(),
        statuses=REFERRAL_STATUSES,
        kinds=COLOURED,
        as_at=view.clocks.as_at,
        table=told(standing),
    )


def _line(row: dict[str, Any]) -> Line:
    refs, about = row["failure_refs"], "no failure"
    if refs:
        about = refs[0] if len(refs) == 1 else counted(len(refs), "failure", "failures")
    days = counted(row["days"], "day", "days")
    lasted = f"after {days}" if row["status"] in ENDED else f"{days} old"
    since = written_day(row["from_on"])
    return Line(
        name=row[MATTER],
        below=f"{days} · {about}",
        says=f"{row[MATTER]} {row['status']} since {since}, {lasted}, about {about}",
    )


def told(standing: pl.DataFrame) -> pl.DataFrame:
    return standing.select(
        pl.col(MATTER).alias("Referral"),
        pl.col("kind").alias("Kind"),
        pl.col("route").alias("Route"),
        pl.col("subject").alias("Subject"),
        _day("referred_on").alias("Referred"),
        pl.col("status").alias("Status"),
        _day("from_on").alias("Since"),
        pl.col("silent").alias("Days since then"),
        pl.col("days").alias("Days open"),
        pl.col("mode").cast(pl.String).fill_null("not decided yet").alias("Mode of investigation"),
        pl.col("outcome").cast(pl.String).fill_null("none yet").alias("Outcome"),
        _refs("failure_refs").alias("Failures"),
        _refs("follows").alias("Follows"),
        _refs("followed_by").alias("Followed by"),
    )


def _day(name: str) -> pl.Expr:
    return pl.col(name).map_elements(short_day, return_dtype=pl.String)


def _refs(name: str) -> pl.Expr:
    refs = pl.col(name).list.join(", ")
    return pl.when(refs == "").then(pl.lit("none")).otherwise(refs)


def _chains(standing: pl.DataFrame) -> str:
    found: Sequence[tuple[str, list[str]]] = (
        standing.filter(pl.col("follows").list.len() > 0).select(MATTER, "follows").rows()
    )
    return " ".join(f"{later} follows from {listed_words(earlier)}." for later, earlier in found)
