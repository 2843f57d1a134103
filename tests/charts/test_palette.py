import pytest

from charts.palette import DARK, LIGHT, Fill, fills, over


def contrast(one, other):
    def luminance(colour):
        shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [*LIGHT.series, *DARK.series])
def test_text_on_a_colour_can_be_read(colour):
    assert contrast(over(colour), colour) >= 4.5


def test_a_kind_has_its_fill_whichever_others_are_drawn_and_the_seventh_is_hatched():
    filled = fills(LIGHT, "abcdefg")
    assert filled["b"] == Fill(LIGHT.series[1], hatched=False)
    assert filled["g"] == Fill(LIGHT.series[0], hatched=True)


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
