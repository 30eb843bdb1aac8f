"""What the documents promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crm_analytics.cli import main
from crm_analytics.metrics.catalogue import METRICS
from crm_analytics.schema import KINDS

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [PROJECT / "README.md", *sorted(PROJECT.glob("docs/**/*.md"))]


def commands(section: str) -> list[str]:
    """The command blocks below a heading of the README."""
    body = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", README, re.S | re.M)
    assert body, f"the README has no section {section}"
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", body.group(1), re.S)]


def test_ci_runs_the_readme_s_test_command_word_for_word() -> None:
    last = (PROJECT / ".ci/run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last == commands("Test")[0]


def test_there_are_two_commands_and_a_second_form_of_each() -> None:
    for section, ends in (("Start", "crm-analytics run"), ("Test", "pytest")):
        with_pip, with_uv = commands(section)
        assert with_pip.startswith("python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e ")
        assert with_uv.startswith("uv venv --allow-existing && uv pip install -c constraints.txt -e ")
        assert with_pip.endswith(ends)
        assert with_uv.endswith(ends)


@pytest.mark.parametrize("verb", sorted(main.commands))
def test_the_readme_names_every_verb(verb: str) -> None:
    assert re.search(rf"crm-analytics {verb}\b|\b{verb} IMPORT_ID", README)
    assert main.commands[verb].help


def test_the_readme_names_no_verb_or_option_that_is_not_there() -> None:
    listed = commands("Command line")[0]
    assert set(re.findall(r"^crm-analytics (\w+)", listed, re.M)) <= set(main.commands)
    known = {name for verb in main.commands.values() for option in verb.params for name in option.opts}
    known |= {name for verb in main.commands.values() for option in verb.params for name in option.secondary_opts}
    uses = re.search(r"## Command line\n(.*?)## Where", README, re.S).group(1)  # type: ignore[union-attr]
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", uses)) <= known


def test_the_reference_names_every_metric_and_no_other() -> None:
    headings = re.findall(r"^## `(\w+)`$", (PROJECT / "docs/metrics.md").read_text(encoding="utf-8"), re.M)
    assert headings == list(METRICS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_readme_names_every_kind_of_table(kind: str) -> None:
    assert f"`{kind}`" in README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    missing = [each for each in targets if "://" not in each and not (document.parent / each).exists()]
    assert missing == []


def test_decisions_are_short_and_numbered() -> None:
    records = sorted(PROJECT.glob("docs/decisions/*.md"))
    assert records
    for number, record in enumerate(records, 1):
        text = record.read_text(encoding="utf-8")
        assert record.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        assert len(text.splitlines()) <= 25
