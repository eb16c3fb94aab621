"""The front door keeps its word: the commands of README.md run, its files and links exist."""

import re
import shlex
from pathlib import Path

import pytest

from riskcloud.cli import main

pytestmark = pytest.mark.usefixtures("coarse_picture")

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = re.findall(r"```\n(.*?)```", README, flags=re.S)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("riskcloud ")]


def test_there_are_commands_to_run():
    assert len(commands()) >= 2


def write_inputs(folder: Path) -> dict[str, str]:
    """Small files for the words of the README that no sample stands for."""
    import numpy as np
    import rasterio

    addresses, sites, layer = (folder / name for name in ("addresses.csv", "sites.csv", "l.tif"))
    addresses.write_text("编号,地址\n1,广东省珠海市香洲区情侣中路1号\n", encoding="utf-8")
    sites.write_text("site_id,lon,lat\nyangbi,99.95,25.67\n", encoding="utf-8")
    with rasterio.open(layer, "w", driver="GTiff", width=40, height=40, count=1, dtype="float32",
                       crs="EPSG:4326", nodata=-9999.0,
                       transform=rasterio.transform.from_origin(112.0, 24.0, 0.1, 0.1)) as file:
        file.write(np.ones((40, 40), np.float32), 1)
    return {"ADDRESSES.csv": str(addresses), "SITES.csv": str(sites), "LAYER.tif": str(layer),
            "PLACED.csv": str(folder / "placed.csv"), "LAYERS.csv": str(folder / "layers.csv"),
            "QUAKE_DIR": str(folder / "quake"), **write_wind_inputs(folder),
            **write_rain_inputs(folder), **write_water_inputs(folder),
            **write_oed_inputs(folder)}


def write_portfolio(folder: Path, samples: Path) -> Path:
    """Every tenth row of the sample: all commands, a tenth of their time."""
    text = (samples / "pearl_river_portfolio.csv").read_text(encoding="utf-8-sig")
    head, *rows = text.splitlines()
    book = folder / "book.csv"
    book.write_text("\n".join([head, *rows[::10]]), encoding="utf-8")
    return book


def write_wind_inputs(folder: Path) -> dict[str, str]:
    """Two places on the coast, and two stations under the sample storm."""
    coast, stations = folder / "coast.csv", folder / "stations.csv"
    coast.write_text("site_id,lon,lat\nzhuhai,113.57,22.25\nyangjiang,111.97,21.85\n",
                     encoding="utf-8")
    stations.write_text("station,lat,lon,max_gust_kmh\nEast,22.30,113.95,120\n"
                        "South,22.00,113.40,150\n", encoding="utf-8")
    return {"COAST.csv": str(coast), "STATIONS.csv": str(stations), "MAPS": str(folder / "maps"),
            "EVENTS": str(folder / "events")}


def write_rain_inputs(folder: Path) -> dict[str, str]:
    """A made-up gauge of forty years."""
    import numpy as np

    days = np.arange("1981-01-01", "2021-01-01", dtype="datetime64[D]")
    rain = np.random.default_rng(1).gamma(0.15, 40.0, len(days))
    daily = folder / "daily.csv"
    daily.write_text("date,rain_mm\n" + "".join(
        f"{day},{mm:.1f}\n" for day, mm in zip(days, rain, strict=True)), encoding="utf-8")
    return {"DAILY.csv": str(daily), "RAIN.csv": str(folder / "rain.csv")}


def write_water_inputs(folder: Path) -> dict[str, str]:
    """A made-up terrain under the sample book, its cells 200 m wide."""
    import numpy as np
    import rasterio

    dem, step = folder / "dem.tif", 0.002
    x, y = np.meshgrid(np.arange(1250), np.arange(750))
    ground = 4.0 + 3.0 * np.sin(x / 9.0) * np.sin(y / 11.0)
    with rasterio.open(dem, "w", driver="GTiff", width=1250, height=750, count=1, dtype="float32",
                       crs="EPSG:4326", transform=rasterio.transform.from_origin(
                           112.4, 23.4, step, step)) as file:
        file.write(ground.astype(np.float32), 1)
        file.units = ("m",)
    samples = ROOT / "data" / "samples"
    return {"DEM.tif": str(dem), "BOOK.csv": str(samples / "djibouti_portfolio.csv"),
            "DEPTH100.tif": str(samples / "djibouti_rp00100.tif"),
            "DEPTH10.tif": str(samples / "djibouti_rp00010.tif"),
            **{name: str(folder / name.lower())
               for name in ("PLACE", "WET", "SURGE", "FLOOD", "POND")}}


def write_oed_inputs(folder: Path) -> dict[str, str]:
    """One location and its policy."""
    location, account = folder / "location.csv", folder / "account.csv"
    location.write_text(
        "PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,"
        "LocDed6All\n1,A1,1,CN,WTC,CNY,1000000,20000\n", encoding="utf-8")
    account.write_text(
        "PortNumber,AccNumber,AccCurrency,PolNumber,PolPerilsCovered,LayerAttachment,LayerLimit,"
        "LayerParticipation\n1,A1,CNY,P1,WTC,0,300000,1\n", encoding="utf-8")
    book = folder / "oed_book.csv"  # the same account, with what a forecast needs of a place
    book.write_text(
        "PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV,"
        "LocDed6All,Longitude,Latitude,OccupancyCode,ConstructionCode\n"
        "1,A1,1,CN,WTC,CNY,1000000,20000,113.5,22.2,1050,5000\n", encoding="utf-8")
    losses = folder / "losses.csv"
    losses.write_text("year,event_id,client,currency,loss\n1,a,c1,CNY,100\n3,b,c2,CNY,70\n"
                      "9,c,c1,CNY,250\n", encoding="utf-8")
    ground_up = folder / "gul.csv"
    ground_up.write_text("event_id,year,date,loc_id,loss\na,1,2001-08-01,1,50000\n"
                         "b,7,2007-09-03,1,400000\n", encoding="utf-8")
    return {"LOSSES.csv": str(losses), "GUL.csv": str(ground_up),
            "REPORT": str(folder / "report"), "EP": str(folder / "ep"),  # REPORT has EP in it
            "QUAKES": str(folder / "quakes"),
            "COVERS.csv": str(ROOT / "data" / "samples" / "zhuhai_covers.csv"),
            "PAYOUTS": str(folder / "payouts"),
            "OED.csv": str(book), "GROSS": str(folder / "gross"),
            "RISK": str(folder / "risk"), "LOCATION.csv": str(location),
            "ACCOUNT.csv": str(account), "TERMS.csv": str(folder / "terms.csv")}


def test_commands_run_on_the_samples_one_after_the_other(tmp_path, samples, monkeypatch):
    monkeypatch.setenv("RISKCLOUD_STORE", str(tmp_path / "store"))
    track = str(samples / "hato_2017.csv")
    fills = {"MY_PORTFOLIO.csv TRACK": f"MY_PORTFOLIO.csv {track}",
             **write_inputs(tmp_path), "YUNNAN.csv": str(samples / "yunnan_portfolio.csv"),
             "EVENT.json": str(samples / "yangbi_2021_cenc.json"),
             "MY_PORTFOLIO.csv": str(write_portfolio(tmp_path, samples)),
             "NEW_BULLETIN...": f"{track} --issued-at 2017-08-22T16:00Z",
             "BULLETIN...": f"{track} --issued-at 2017-08-22T04:00Z",
             "--track TRACK": f"--track {track}", "rain TRACK": f"rain {track}",
             "--years 1000": "--years 100",
             "DIR2": str(tmp_path / "new"), "DIR": str(tmp_path / "old")}
    for command in commands():
        for word, fill in fills.items():
            command = command.replace(word, fill)
        few = ["--members", "40"] if re.match("riskcloud (forecast|quake) ", command) else []
        with pytest.raises(SystemExit) as end:
            main([*shlex.split(command)[1:], *few])
        assert end.value.code == 0, command
    assert (tmp_path / "new" / "changed.html").exists()
    assert (tmp_path / "quake" / "quake.html").exists()


def test_every_file_named_exists():
    named = set(re.findall(r"\]\(([^)h][^)]*)\)", README))
    named |= {name for name in re.findall(r"`([\w./-]+/[\w.-]+)`", README) if "." in name}
    assert named
    missing = [name for name in named if not (ROOT / name).exists()
               and not name.startswith((".venv", "DIR"))]
    assert not missing


def test_the_outputs_of_the_table_are_those_written(tmp_path, samples):
    arguments = [str(samples / name) for name in ("pearl_river_portfolio.csv", "hato_2017.csv")]
    for folder, more in (("old", []), ("new", ["--previous", str(tmp_path / "old")])):
        with pytest.raises(SystemExit):
            main(["forecast", *arguments, "--out", str(tmp_path / folder), "--members", "20",
                  "--json", *more])
    written = {path.name for path in (tmp_path / "new").iterdir()}
    table = README.split("## What comes out")[1].split("##")[0]
    promised = set(re.findall(r"`(\w+\.\w+)`", table)) - {"rejected.csv"}
    assert promised <= written
    assert written <= promised
