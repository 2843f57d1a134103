"""A figure as it was asked for: the answer, the picture, the table, the rows behind each number, the file."""

from dataclasses import replace

import polars as pl
import streamlit as st

from charts.bars import bars, medians, table
from charts.chart import Chart
from charts.heat import heat
from charts.periods import periods
from data.formatting import written_count
from metrics.dimensions import Dimension
from metrics.metric import Duration, Metric
from pages.parts.explore.choice import Choice
from pages.shell import header
from pages.widgets import chart_card, export_button, figure_card, rows
from service.explore_groups import occurring
from service.sentences import chance
from service.view import View

MOST_BARS, MOST_ACROSS = 20, 24
BEHIND = "behind_explored"
PAIR = 2


def answer(view: View, choice: Choice) -> str:
    """Say the figure in one sentence, on its clocks, and where it is highest."""
    figure = view.figure(choice.metric.name)
    of = f" ({figure_card.small_print(figure)})" if figure.denominator is not None else ""
    said = f"{choice.metric.title}: {figure_card.headline(figure)}{of}"
    whole = "in the whole review, " if view.whole(choice.metric.subject) else ""
    return f"{said}, {whole}{_lower(header.spoken_clocks(view))}."


def draw(view: View, choice: Choice) -> None:
    """Show the figure as it was asked for, with the rows behind each number and the file to take away."""
    result = found(view, choice)
    leaving = export_button.of_figure(
        view,
        choice.metric.name,
        by=[each.name for each in choice.split],
        every=choice.every,
        occurring=True,
    )
    if result.is_empty():
        st.info(
            "Nothing counts towards this figure by this day: choose a later day, or narrow the view less."
        )
        return
    chart = _chart(view, choice, result)
    if chart is None:
        st.subheader(_title(choice))
        st.dataframe(table(choice.metric, result, choice.keys), hide_index=True)
        leaving.draw(key="explored")
    else:
        chart_card.show(chart, key="explored", leaving=leaving)
    _beneath(choice, result)
    if choice.keys:
        rows.under(view, choice.metric.name, _behind(choice, result), choice.keys, key=BEHIND)
    else:
        rows.rows_of(view, choice.metric.name)


def found(view: View, choice: Choice) -> pl.DataFrame:
    """Return the figure as it was asked for, its period under the name of its dimension."""
    by = [each.name for each in choice.split]
    result = occurring(view.result(choice.metric.name, by=by, every=choice.every), by)
    return result.rename({"period": choice.keys[0].name}) if choice.period else result


def _chart(view: View, choice: Choice, result: pl.DataFrame) -> Chart | None:
    """Draw up to two keys; none has no picture, and three have none that can be read."""
    metric, clocks, colours = choice.metric, view.clocks, chart_card.colours()
    if len(choice.keys) == PAIR:
        some = _fewer(result, choice.keys[1])
        return replace(
            heat(metric, some, choice.keys, clocks, colours), table=table(metric, result, choice.keys)
        )
    if len(choice.keys) != 1:
        return None
    (key,) = choice.keys
    if choice.period and isinstance(metric, Metric):
        return periods(metric, result, key, clocks, colours)
    top = _top(result)
    chart = (
        medians(metric, top, key, clocks, colours)
        if isinstance(metric, Duration)
        else bars(metric, top, key, clocks, colours)
    )
    return replace(chart, table=table(metric, result, [key]))


def _top(result: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the largest numerators, in their own order, where there are too many to draw."""
    if result.height <= MOST_BARS:
        return result
    numbered = result.with_row_index("place")
    return numbered.top_k(MOST_BARS, by="numerator").sort("place").drop("place")


def _fewer(result: pl.DataFrame, across: Dimension) -> pl.DataFrame:
    sums = result.group_by(across.name).agg(pl.col("numerator").sum()).sort("numerator", across.name)
    if sums.height <= MOST_ACROSS:
        return result
    kept = sums.tail(MOST_ACROSS).select(across.name)
    return result.join(kept, on=across.name, how="semi", nulls_equal=True, maintain_order="left")


def _beneath(choice: Choice, result: pl.DataFrame) -> None:
    """Say what the picture leaves out, by which day periods go, and whether a share really differs."""
    said: list[str] = []
    if len(choice.keys) == 1 and not choice.period and result.height > MOST_BARS:
        more = written_count(result.height - MOST_BARS)
        said.append(f"The {MOST_BARS} with the most are drawn; {more} more are in the table.")
    if choice.period:
        column = choice.metric.dated_by.replace("_", " ")
        said.append(f"Of what counts on the day, by the {choice.period} of “{column}”.")
    if len(choice.keys) == 1 and choice.metric.chance:
        said.append(chance.told(result, f"the groups by {choice.keys[0].title.lower()}"))
    if isinstance(choice.metric, Duration):
        said.append("The rows behind a median are those still waiting on the day.")
    if said:
        st.caption(" ".join(said))


def _behind(choice: Choice, result: pl.DataFrame) -> pl.DataFrame:
    if not isinstance(choice.metric, Duration):
        return result
    return result.with_columns(numerator=pl.col("denominator") - pl.col("numerator"))


def _title(choice: Choice) -> str:
    by = [each.title.lower() for each in choice.keys]
    return f"{choice.metric.title} by {', '.join(by)}" if by else choice.metric.title


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
