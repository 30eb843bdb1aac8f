"""Takes the pictures of this folder from the running dashboard on the sample company: `python docs/screenshots/take.py`.

Needs the dev extra and a Chromium.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from crm_analytics.config import DATA_VARIABLE, PROJECT

HERE = Path(__file__).resolve().parent
#: Pages in every view, and those in light alone.
EVERY_VIEW = ("overview", "segments", "pareto", "data")
IN_LIGHT = ("churn", "voice", "customer", "audience", "campaigns", "today", "programme", "quality", "identity")
VIEWS = (("light", 1440), ("dark", 1440), ("dark", 390))


def settled(page: Page) -> None:
    """Wait until the script has run and the charts are drawn."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', state="attached")
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton],[data-stale=\"true\"]')")
    page.wait_for_timeout(1500)


def take(browser: Browser, address: str) -> None:
    """The pages in light; the first ones in dark and on a phone too."""
    for scheme, width in VIEWS:
        context = browser.new_context(viewport={"width": width, "height": 1000}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{address}/?company=sample")
        page.get_by_text("Sales evolution").wait_for(timeout=120_000)
        for name in (*EVERY_VIEW, *(IN_LIGHT if scheme == "light" else ())):
            page.goto(f"{address}/{'' if name == 'overview' else name}?company=sample")
            page.get_by_role("heading", name=name.capitalize(), exact=True).wait_for()
            settled(page)
            height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
            page.set_viewport_size({"width": width, "height": min(height + 60, 3000)})
            page.wait_for_timeout(1000)
            page.screenshot(path=HERE / f"{name}-{'phone' if width < 600 else scheme}.png")
            page.set_viewport_size({"width": width, "height": 1000})
        context.close()


def main() -> None:
    """Start the dashboard on an empty data directory, look around in the sample, stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=PROJECT,
            env={**os.environ, DATA_VARIABLE: data},
        )
        try:
            time.sleep(5)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            take(browser, f"http://127.0.0.1:{port}")
            browser.close()
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
