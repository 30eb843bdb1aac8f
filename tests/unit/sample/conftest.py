"""Two small sample companies, made once, and questions to their files."""

import re

import pytest

from crm_analytics.engine.duck import Duck
from crm_analytics.sample import write


@pytest.fixture(scope="session")
def company(tmp_path_factory):
    """300 customers."""
    return write(tmp_path_factory.mktemp("company"), customers=300, seed=1)


@pytest.fixture(scope="session")
def larger(tmp_path_factory):
    """3,000 customers: enough for shares."""
    return write(tmp_path_factory.mktemp("larger"), customers=3000, seed=1)


@pytest.fixture(scope="session")
def stationary(tmp_path_factory):
    """3,000 customers without season, growth or campaign effects."""
    return write(tmp_path_factory.mktemp("stationary"), customers=3000, seed=1, stationary=True)


@pytest.fixture
def ask():
    """Runs a query in which {name} stands for the company's file of that name."""
    duck = Duck(None)

    def run(company, query):
        with duck.session() as session:
            for name in set(re.findall(r"\{(\w+)\}", query)):
                session.do(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM read_csv('{company.folder / name}.csv')")
            return session.rows(re.sub(r"\{(\w+)\}", r"\1", query))

    yield run
    duck.close()
