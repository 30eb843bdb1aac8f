"""The command line: the same figures without a browser."""

from __future__ import annotations

import errno
from typing import Any

import click

from crm_analytics import __version__, screen
from crm_analytics.cli import backup, figures, files, plan, run, segments, settings
from crm_analytics.errors import CrmError


class Verbs(click.Group):
    """Turns what goes wrong on purpose into one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except CrmError as error:
            raise click.ClickException(screen.line(str(error))) from error
        except RuntimeError as error:
            if str(error) == "Query interrupted":  # how DuckDB says that Ctrl+C met one of its statements
                raise KeyboardInterrupt from error
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise click.ClickException(screen.line(screen.system_error(error))) from error


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crm-analytics")
def main() -> None:
    """Load a company's exports and read the figures of its relationship marketing."""


# what is imported up to here is light: pandas and DuckDB take a second, each verb imports what it needs of them
for subject in (run, files, backup, figures, segments, plan, settings):
    for verb in subject.VERBS:
        main.add_command(verb)
