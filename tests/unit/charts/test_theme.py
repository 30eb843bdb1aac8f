"""Every fixed colour is legible where it is used, in both schemes, and so is every shade of the palettes."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from crm_analytics.charts import theme

ROOT = Path(__file__).parents[3]
SCHEMES = ("light", "dark")
PALETTES = ("chartCategoricalColors", "chartSequentialColors", "chartDivergingColors")
FIXED = sorted({*theme.SEGMENTS.values(), *theme.STATUSES.values(), *theme.CLASSES.values(), theme.ACCENT, theme.GREY,
                theme.BETTER, theme.WORSE})  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def settings() -> dict:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_contrast_formula_on_known_pairs():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", FIXED)
def test_fixed_colours_carry_white_text_and_show_on_both_surfaces(colour):
    assert contrast(colour, theme.ON_FILL) >= 4.5
    assert contrast(colour, theme.LIGHT_SURFACE) >= 3
    assert contrast(colour, theme.DARK_SURFACE) >= 3


def test_every_segment_has_its_own_colour():
    assert len(set(theme.SEGMENTS.values())) == len(theme.SEGMENTS) == 12


def test_a_name_of_the_users_own_is_grey():
    assert theme.colour_of("Big spenders of the north", theme.SEGMENTS) == theme.GREY


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_surface_of_the_theme_is_the_one_the_colours_were_chosen_for(scheme):
    surface = {"light": theme.LIGHT_SURFACE, "dark": theme.DARK_SURFACE}[scheme]
    assert settings()["theme"][scheme]["backgroundColor"] == surface


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("palette", PALETTES)
def test_palettes_have_exactly_ten_colours(scheme, palette):
    assert len(settings()["theme"][scheme][palette]) == theme.SHADES


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_in_shaded_cells_is_legible(scheme):
    # plotly writes on a cell in white or #444444, whichever has more contrast
    for shade in settings()["theme"][scheme]["chartSequentialColors"]:
        assert max(contrast(shade, "#FFFFFF"), contrast(shade, "#444444")) >= 4.5, shade


@pytest.mark.parametrize("scheme", SCHEMES)
def test_shades_go_one_way_and_leave_the_surface(scheme):
    look = settings()["theme"][scheme]
    distance = [contrast(shade, look["backgroundColor"]) for shade in look["chartSequentialColors"]]
    assert all(nearer < farther for nearer, farther in pairwise(distance))
    assert distance[-1] > 10


@pytest.mark.parametrize("scheme", SCHEMES)
def test_accent_and_first_series_show_on_the_card(scheme):
    look = settings()["theme"][scheme]
    assert contrast(look["primaryColor"], look["backgroundColor"]) >= 4.5
    assert all(contrast(colour, look["backgroundColor"]) >= 3 for colour in look["chartCategoricalColors"])


def test_nothing_leaves_the_machine_by_the_settings():
    found = settings()
    assert found["browser"]["gatherUsageStats"] is False
    assert found["server"]["address"] == "127.0.0.1"
    assert found["server"]["enableCORS"]
    assert found["server"]["enableXsrfProtection"]
    looks = "".join((ROOT / "static" / name).read_text(encoding="utf-8") for name in ("app.css", "icon.svg"))
    assert "url(" not in looks
    assert "@import" not in looks


def test_text_on_the_main_buttons_is_legible_in_both_schemes():
    css = (ROOT / "static" / "app.css").read_text(encoding="utf-8").replace("#FFF,", "#FFFFFF,")
    texts = re.search(r"stBaseButton-primary.*?light-dark\((#\w{6}), (#\w{6})\)", css, re.S).groups()
    for scheme, text in zip(SCHEMES, texts, strict=True):
        assert contrast(settings()["theme"][scheme]["primaryColor"], text) >= 4.5


def test_shades_span_the_palette_and_keep_the_order():
    values = np.array([[0.1, 0.2, np.nan], [0.3, 0.5, 0.9]])
    steps = theme.shades(values)
    assert steps[0, 2] is None
    known = [steps[at] for at in ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2))]
    assert known == sorted(known)
    assert (known[0], known[-1]) == (0, theme.SHADES - 1)


def test_equal_values_have_one_shade_and_small_differences_are_not_blown_up():
    assert len(set(theme.shades(np.full((2, 2), 0.4)).ravel())) == 1
    close = theme.shades(np.array([[0.40, 0.41]]))
    assert close[0, 1] - close[0, 0] <= 1
    assert list(theme.shades(np.zeros((1, 2)))[0]) == [0, 0]
    assert list(theme.shades(np.full((1, 2), np.nan))[0]) == [None, None]


def test_cells_without_text_have_a_scale_in_words() -> None:
    values = np.array([[0.1, np.nan], [0.2, 0.3]])
    bar = theme.shaded_cells(values, scale="{:.0%}".format).colorbar
    assert bar.ticktext == ("10%", "30%+")
    assert theme.shaded_cells(values).showscale is False
    assert theme.shaded_cells(np.full((1, 2), np.nan), scale="{:.0%}".format).showscale is False


def test_between_whole_numbers_an_axis_writes_no_milli() -> None:
    axis = go.Figure(layout={"yaxis": dict(theme.SHORT)}).layout.yaxis
    (stop,) = axis.tickformatstops
    assert (axis.tickformat, stop.value, stop.dtickrange[1] < 1) == ("~s", ",~f", True)
