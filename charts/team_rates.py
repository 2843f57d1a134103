"""How much each team does, as dots with their intervals, in the order of the names: no ranking."""

import polars as pl

from charts.chart import NAMES, ROW_HEIGHT, WORDS, Canvas, Chart, font, literals, whiskers
from charts.palette import Palette
from data.formatting import capitalised, listed_words

LEAST_HEIGHT, FRAME, ROOM = 250, 56, 1.04


def team_rates(
    title: str, result: pl.DataFrame, palette: Palette, *, done: str, worked: str, unit: str
) -> Chart:
    """Draw rates with their 95% intervals, and the rate of all teams as a line.

    result: `team, done, weeks, rate, low, high`. done, worked: their names in the table.
    """
    canvas, names = Canvas(palette), literals(result["team"])
    spans = [f"{low:.2f} to {high:.2f}" for low, high in result.select("low", "high").iter_rows()]
    rates = [f"{rate:.2f}" for rate in result["rate"]]
    texts = [f"{rate} ({span})" for rate, span in zip(rates, spans, strict=True)]
    canvas.traces.append({
        "type": "scatter", "x": result["rate"].to_numpy(), "y": names, "mode": "markers", "text": texts,
        "marker": {"size": 10, "color": palette.series[0]}, "hovertemplate": "%{y}: %{text}<extra></extra>",
        "error_x": whiskers(result["low"], result["rate"], result["high"], palette, 0),
    })  # fmt: skip
    for name, rate in zip(names, rates, strict=True):
        canvas.note(f"<b>{rate}</b>", y=name, xshift=4, font=font(palette, WORDS))
    overall = float(result["done"].sum()) / float(result["weeks"].sum())
    place = {"y": 1, "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    canvas.across("dash", x0=overall, x1=overall, y0=0, y1=1, yref="paper")
    canvas.note(f"all {overall:.2f}", x=overall, xref="x", **place)
    x = {"range": [0, max(result["high"]) * ROOM], "nticks": 5}
    height = max(LEAST_HEIGHT, FRAME + ROW_HEIGHT * result.height)
    figure = canvas.figure(height, {"r": 48, "t": 24}, x, NAMES)
    rows = result.select(
        pl.col("team").alias("Team"),
        pl.col("done").alias(done),
        pl.col("weeks").round(1).alias(worked),
        pl.col("rate").round(2).alias(capitalised(unit)),
        pl.Series("95% interval", spans, pl.String),
    )
    pairs = [f"{team} {text}" for team, text in zip(result["team"], texts, strict=True)]
    return Chart(title, figure, f"{title}, in {unit}: {listed_words(pairs)}.", rows, tuple(result["team"]))
