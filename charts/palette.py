"""The Government Analysis Function's palette, and for a dark page lighter tints of the same hues.

Each series has a contrast of at least 3:1 with its background, and text at least 7:1.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    text: str
    quiet: str
    grid: str
    background: str
    # Charts ask for these by their place: append, and to both themes.
    series: tuple[str, ...]
    tint: str  # the darkest that a cell is filled with
    other: str  # a series that is not the one meant
    mark: str  # a mark that needs attention
    alarm: str  # words that do
    band: str  # an interval

    @property
    def cache_key(self) -> tuple[str]:
        return (self.background,)


LIGHT = Palette(
    text="#14181F",
    quiet="#545D69",
    grid="#E6E9ED",
    background="#ffffff",
    series=("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1"),
    tint="#6FB1EA",
    other="#828D99",
    mark="#D05A10",
    alarm="#A33F00",
    band="rgba(18,67,109,.14)",
)
DARK = Palette(
    text="#E9ECF0",
    quiet="#A9B3BE",
    grid="#2A323C",
    background="#171C23",
    series=("#6FB1EA", "#3FC1B6", "#E886B9", "#F98F5B", "#BFBFBF", "#C2ADE6"),
    tint="#1d70b8",
    other="#75818E",
    mark="#F59A5F",
    alarm="#FFA266",
    band="rgba(111,177,234,.2)",
)


def palette(theme: str | None) -> Palette:
    return DARK if theme == "dark" else LIGHT
