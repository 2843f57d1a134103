"""One application's own history: what happened when, and what was known of it when."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from data.errors import UserError
from data.formatting import capitalised, counted, listed_words
from data.interval import STILL
from metrics.case_file import SEEN
from service.markdown import plain
from service.sentences.clocks import spoken_clocks
from service.view import View

# What the clocks of a view see of a fact, as a reader is told it.
WORDS = dict(
    zip(
        SEEN,
        ("known then", "corrected or removed by then", "not yet recorded then", "still to happen then"),
        strict=True,
    )
)


def ask(view: View, refs: Sequence[str], *, key: str) -> None:
    """Ask for one of the cases listed, and show its history.

    The choice is no part of the address: a case's reference is for the record, not for a proxy's log.
    """
    options = list(dict.fromkeys(refs))
    if st.session_state.get(key) not in (None, *options):
        st.session_state[key] = None
    case = view.source.terms.case
    chosen = st.selectbox(
        f"What was known when, of one {case.one}",
        options,
        index=None,
        key=key,
        placeholder=f"Choose {case.one} in the table, or here",
    )
    if chosen is not None:
        show(view, chosen)


def show(view: View, application_ref: str) -> None:
    try:
        file = view.case_file(application_ref)
    except UserError as fault:
        st.error(plain(str(fault)))
        return
    with st.container(border=True):
        st.subheader(f"{capitalised(view.source.terms.case.one)} {application_ref}: what was known when")
        st.markdown(plain(sentence(view, file)))
        days = st.column_config.DateColumn(format="D MMM YYYY")
        st.dataframe(
            table(file),
            hide_index=True,
            key=f"history_{application_ref}",
            column_config={"Happened on": days, "Recorded on": days},
        )
        st.caption(
            "Each row is what was recorded of one thing that happened, from the day on which it was recorded "
            "until the day it was corrected or removed, or still."
        )


def sentence(view: View, file: pl.DataFrame) -> str:
    counts = {seen: file.filter(pl.col("seen") == seen).height for seen in SEEN}
    facts = [counted(counts[seen], "fact", "facts") + f" {WORDS[seen]}" for seen in SEEN if counts[seen]]
    return f"{spoken_clocks(view)}: {listed_words(facts)}."


def table(file: pl.DataFrame) -> pl.DataFrame:
    until = pl.when(pl.col("recorded_to") != STILL).then(pl.col("recorded_to").dt.to_string("%-d %b %Y"))
    named = file.select(
        pl.col("happened_on").alias("Happened on"),
        pl.col("what").alias("What"),
        pl.col("said").fill_null("").alias("As recorded"),
        pl.col("recorded_from").alias("Recorded on"),
        until.fill_null("still").alias("Until"),
        pl.col("seen").cast(pl.String).replace_strict(WORDS).alias("In this view"),
        pl.col("ref").fill_null("").alias("Ref"),
        pl.col("staff").fill_null("").alias("By"),
    )
    return named.drop("By") if file["staff"].null_count() == file.height else named
