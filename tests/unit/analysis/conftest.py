"""A forecast of a handful of assets, made once a module."""

from collections.abc import Callable
from pathlib import Path

import pytest

from riskcloud.analysis.forecast import ForecastRequest, Sinks, forecast
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.loss.table import LossTableWriter
from riskcloud.types import ForecastResult, Outlook, Track

HEAD = ("LocNumber,AccNumber,client_id,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,"
        "LocExpiryDate,design_wind_m_s,CountryCode")
ROWS = ("T1,A,c1,tower_110kv,113.55,22.15,1e6,CNY,,25,CN",
        "T2,A,c1,tower_110kv,113.60,22.20,1e6,CNY,,8,CN",
        "B1,B,c2,building_residential,113.50,22.20,5e6,CNY,,,CN",
        "B2,B,c2,building_residential,113.50,22.20,5e6,CNY,2017-08-01,,CN",
        "B3,B,c2,building_residential,85.00,45.00,5e6,CNY,,,CN")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    path = tmp_path_factory.mktemp("book") / "book.csv"
    path.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    return read_portfolio(path)


@pytest.fixture(scope="module")
def track(samples: Path) -> Track:
    return read_track(samples / "hato_2017.csv")


@pytest.fixture(scope="module")
def run(track: Track, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ForecastResult]:
    """Return the function that forecasts a portfolio, with choices of the request."""
    folder = tmp_path_factory.mktemp("run")

    def forecast_of(portfolio: Portfolio, **request: object) -> ForecastResult:
        with LossTableWriter(folder / "t", event_id=track.event_id, owner="account_id") as sink:
            return forecast(portfolio, Outlook((track,)),
                            ForecastRequest(**{"members": 60, **request}), sinks=Sinks(sink))

    return forecast_of


@pytest.fixture(scope="module")
def small_forecast(run: Callable[..., ForecastResult], book: Portfolio) -> ForecastResult:
    return run(book)
