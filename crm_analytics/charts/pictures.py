"""Charts as pictures, for paper: drawn by kaleido in a Chromium of the machine, where both are there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Final

import plotly.graph_objects as go

WIDTH: Final = 1000
_SCALE: Final = 2
_SECONDS: Final = 60


def pictures(figures: Sequence[go.Figure]) -> list[bytes] | None:
    """Each figure as a PNG of `WIDTH` pixels (twice as fine); None where they cannot be drawn on this machine.

    kaleido looks for a browser as it usually does: BROWSER_PATH, else a Chromium or Chrome on the path. Nothing is
    fetched from the network: without MathJax the page needs nothing but plotly's own script.
    """
    if find_spec("kaleido") is None:
        return None
    with ThreadPoolExecutor(1) as thread:  # whoever asks may have an event loop of their own
        try:
            return thread.submit(asyncio.run, _drawn(figures)).result()
        except (RuntimeError, OSError, ValueError):  # no browser, one that does not start, or one that hangs
            return None


async def _drawn(figures: Sequence[go.Figure]) -> list[bytes]:
    from kaleido import Kaleido, PageGenerator

    async with Kaleido(timeout=_SECONDS, page_generator=PageGenerator(mathjax=False)) as browser:
        found = []
        for figure in figures:
            size = {"width": WIDTH, "height": int(figure.layout.height), "scale": _SCALE}
            found.append(await browser.calc_fig(figure, opts={"format": "png", **size}))
        return found
