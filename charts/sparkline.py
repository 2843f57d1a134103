"""A line as small as a word: how a number came to be what it is."""

import base64
from collections.abc import Sequence

from charts.palette import Palette

WIDTH, HEIGHT, EDGE = 120, 26, 3
MOST_POINTS = 60


def sparkline(values: Sequence[float], palette: Palette) -> str:
    """Return an SVG as a data address: the course from zero up, its last value marked by a dot."""
    step = -(-len(values) // MOST_POINTS)
    sampled = [*reversed(values[::-1][::step])]
    top, wide = max(*sampled, 0) or 1, max(len(sampled) - 1, 1)
    points = [
        (
            round(EDGE + n * (WIDTH - 2 * EDGE) / wide, 1),
            round(HEIGHT - EDGE - value * (HEIGHT - 2 * EDGE) / top, 1),
        )
        for n, value in enumerate(sampled)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    colour, (x, y) = palette.series[0], points[-1]
    floor = HEIGHT - EDGE
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<polygon points="{points[0][0]},{floor} {line} {x},{floor}" fill="{colour}" fill-opacity=".14"/>'
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/></svg>'
    )
    return data_address(svg)


def data_address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
