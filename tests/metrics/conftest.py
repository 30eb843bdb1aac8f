"""Real data in a warehouse, beside the same orders as a plain frame that shares nothing with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from crm_analytics.config import PROJECT
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.conftest import in_memory
from tests.metrics.loading import load_frame

DATA = PROJECT.parent / "shared" / "data"


@dataclass(frozen=True)
class Case:
    """A warehouse, an audience of everyone as of a day, and the orders to that day.

    orders: customer (missing for guests), day, net and gross in ten-thousandths (whole), units.
    """

    warehouse: Warehouse
    audience: Audience
    orders: pd.DataFrame

    @property
    def as_of(self) -> pd.Timestamp:
        return pd.Timestamp(self.audience.as_of)


def data(name: str) -> Path:
    """A file of the real data, or a skip that says what is missing."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real data {name} is not on this machine")
    return path


def online_retail_lines() -> pd.DataFrame:
    raw = pd.read_parquet(data("online_retail/online_retail.parquet"))
    raw["customer"] = raw["CustomerID"].astype("Int64").astype("string")
    raw["at"] = pd.to_datetime(raw["InvoiceDate"])
    return raw


def load_lines(warehouse: Warehouse, raw: pd.DataFrame) -> None:
    names = {"InvoiceNo": "order_id", "customer": "customer_id", "at": "ordered_at", "StockCode": "product_id"}
    more = {"Description": "description", "Quantity": "quantity", "UnitPrice": "unit_price", "Country": "country"}
    load_frame(warehouse, "order_lines", raw[[*names, *more]].rename(columns=names | more))


#: Codes of Online Retail that are no products: their quantities are no pieces.
NO_PRODUCTS = {"POST", "DOT", "C2", "M", "D", "S", "B", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS"}


def orders_of_lines(raw: pd.DataFrame) -> pd.DataFrame:
    amount = (raw["UnitPrice"] * 10_000).round().astype("int64") * raw["Quantity"]
    pieces = raw["Quantity"].where(~raw["StockCode"].astype(str).str.upper().isin(NO_PRODUCTS), 0)
    lines = raw.assign(net=amount, gross=amount.clip(lower=0), pieces=pieces)
    grouped = lines.groupby(["InvoiceNo", "customer"], dropna=False)
    orders = grouped.agg(day=("at", "min"), net=("net", "sum"), gross=("gross", "sum"), units=("pieces", "sum"))
    orders["day"] = orders["day"].dt.normalize()
    return orders.reset_index()[["customer", "day", "net", "gross", "units"]]


def cdnow_rows() -> pd.DataFrame:
    names = ["customer", "sample", "day", "units", "dollars"]
    raw = pd.read_csv(data("cdnow/CDNOW_sample.txt"), sep=r"\s+", names=names, dtype={"customer": "string"})
    raw["day"] = pd.to_datetime(raw["day"].astype("string"), format="%Y%m%d")
    return raw


def load_cdnow(warehouse: Warehouse, raw: pd.DataFrame) -> None:
    names = {"customer": "customer_id", "day": "ordered_at", "dollars": "amount"}
    load_frame(warehouse, "orders", raw[[*names, "units"]].rename(columns=names))


def orders_of_cdnow(raw: pd.DataFrame) -> pd.DataFrame:
    net = (raw["dollars"] * 10_000).round().astype("int64")
    return raw.assign(net=net, gross=net)[["customer", "day", "net", "gross", "units"]]


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Warehouse, pd.DataFrame]]]:
    """Each set of real data once per process, when first asked for."""
    known: dict[str, tuple[Warehouse, pd.DataFrame]] = {}
    yield known
    for warehouse, _ in known.values():
        warehouse.close()


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Figures come of no file."""
    opened = in_memory(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def open_case(loaded: dict[str, tuple[Warehouse, pd.DataFrame]], tmp_path: Path):
    """A function that gives the case of a data set as of a day (the latest without one)."""

    def opened(name: str, as_of: date | None = None) -> Case:
        if name not in loaded:
            warehouse = in_memory(tmp_path)
            if name == "cdnow":
                raw = cdnow_rows()
                load_cdnow(warehouse, raw)
                loaded[name] = warehouse, orders_of_cdnow(raw)
            else:
                raw = online_retail_lines()
                if name == "cleaning_a":
                    product = ~raw["InvoiceNo"].astype(str).str.startswith("C")
                    raw = raw[raw["customer"].notna() & product & (raw["Quantity"] > 0) & (raw["UnitPrice"] > 0)]
                load_lines(warehouse, raw)
                loaded[name] = warehouse, orders_of_lines(raw)
        warehouse, orders = loaded[name]
        audience = warehouse.audience(as_of=as_of)
        return Case(warehouse, audience, orders[orders["day"] <= pd.Timestamp(audience.as_of)])

    return opened
