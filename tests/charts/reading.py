"""How a test reads a chart."""

import plotly.graph_objects as go

from charts.chart import Chart


def plotted(chart: Chart) -> go.Figure:
    """The figure as Plotly has checked it, attribute by attribute."""
    return go.Figure(chart.spec)
