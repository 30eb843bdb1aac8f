"""The verb that starts the dashboard."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import click

from crm_analytics.cli.options import data_option
from crm_analytics.config import DATA_VARIABLE, PROJECT, Settings
from crm_analytics.errors import BadValue


@click.command()
@data_option
@click.option("--port", type=click.IntRange(1, 65535), help="Port on this machine; else the first free one from 8501.")
@click.option("--browser/--no-browser", default=False, help="Open the dashboard in the browser.")
def run(data: Path | None, port: int | None, browser: bool) -> None:
    """Start the dashboard on this machine."""
    from crm_analytics.query.warehouse import Warehouse

    app = PROJECT / "app.py"
    if not app.exists():
        raise click.ClickException(f"{app} is not there: install from a checkout with `pip install -e .`.")
    settings = Settings.read(data)
    if settings.database.exists():
        Warehouse.open(settings).close()  # says who holds the database before a browser is opened
    port = _free_port(port)
    options = {
        "server.port": port,
        "server.headless": str(not browser).lower(),
        "server.showEmailPrompt": "false",
        "logger.hideWelcomeMessage": "true",
    }
    click.echo(f"Dashboard: http://127.0.0.1:{port}\nData: {settings.data_dir}\nCtrl+C stops it.")
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    command += [f"--{name}={value}" for name, value in options.items()]
    os.chdir(PROJECT)  # where Streamlit finds .streamlit/config.toml
    _become(command, {**os.environ, DATA_VARIABLE: str(settings.data_dir)})


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Go on as another program; Windows cannot, there it runs beside."""
    if os.name == "posix":
        os.execve(command[0], command, environment)  # noqa: S606
    sys.exit(subprocess.call(command, env=environment))  # noqa: S603


def _free_port(asked: int | None) -> int:
    for port in [asked] if asked else range(8501, 8601):
        with socket.socket() as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise BadValue("port", asked or "8501 to 8600", "a port that no other program uses and that you may use")


VERBS = (run,)
