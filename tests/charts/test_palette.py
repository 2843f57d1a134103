import pytest

from charts.palette import DARK, LIGHT, palette


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_can_be_told_from_its_background(theme):
    assert contrast(theme.text, theme.background) >= 7
    assert contrast(theme.quiet, theme.background) >= 4.5
    # WCAG 2.2, 1.4.11: what a chart is made of, 3 to 1. Two of the palette's are for areas only.
    for colour in theme.series[:3]:
        assert contrast(colour, theme.background) >= 3


def test_an_unknown_theme_is_drawn_light():
    assert palette(None) is LIGHT
    assert palette("dark") is DARK


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_can_be_told_from_their_background_and_words_that_alarm_can_be_read(theme):
    # WCAG 2.2: 3 to 1 for what a chart is made of (1.4.11), 4.5 to 1 for words (1.4.3).
    assert min(contrast(colour, theme.background) for colour in (theme.other, theme.mark)) >= 3
    assert contrast(theme.alarm, theme.background) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_band_is_the_colour_of_the_series_meant_and_lets_the_grid_through(theme):
    red, green, blue, opacity = theme.band.removeprefix("rgba(").removesuffix(")").split(",")
    assert f"#{int(red):02X}{int(green):02X}{int(blue):02X}" == theme.series[0]
    assert 0 < float(opacity) <= 0.2
