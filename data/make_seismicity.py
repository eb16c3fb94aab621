"""Make models/seismicity/china: rates of earthquakes by cell and the b-value of each zone.

Run once per change:  python data/make_seismicity.py FOLDER
FOLDER holds isc_gem_china_neighbours_1900_2012.csv (ISC-GEM, CC BY-SA 3.0) and the two files
usgs_m*.csv (USGS ComCat, public domain). What is written is derived from them and keeps ISC-GEM's
licence. What is chosen stands in the card ([fit]); zones.csv and historical.csv are by hand. Every
step is printed. Two runs give the same bytes.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from riskcloud.catalog import load_card
from riskcloud.errors import InputError, ModelError
from riskcloud.hazard.earthquake.ground_motion.regions import zone_of
from riskcloud.hazard.earthquake.magnitude import moment_magnitude, ms_to_mw
from riskcloud.hazard.earthquake.seismicity.decluster import main_shocks
from riskcloud.hazard.earthquake.seismicity.events import (
    Events,
    distance_km,
    joined,
    merged,
)
from riskcloud.hazard.earthquake.seismicity.recurrence import (
    Recurrence,
    bin_rates,
    durations,
    stepp,
    weichert,
)
from riskcloud.hazard.earthquake.seismicity.smooth import neighbour_km, spread_events
from riskcloud.types import Bools, Earthquake, Floats, Ints

CARD = load_card("seismicity", "china")
FIT, GRID = CARD["fit"], CARD["grid"]
OUT = CARD.folder
EDGES = np.arange(FIT["least_mw"], 9.01, FIT["bin_mw"])
COMPLETE = [tuple(map(float, row)) for row in FIT["complete"]]
ZONES = [row["zone"] for row in CARD.rows("zones.csv")]
BELTS = {str(name): shapely.Polygon(rows[["lon", "lat"]].astype(float).to_numpy())
         for name, rows in pd.DataFrame(CARD.rows("belts.csv")).groupby("zone")}


def main(folder: Path) -> None:
    """Read, merge, decluster, fit, smooth, write."""
    raw = [read(folder / name) for name in (
        "isc_gem_china_neighbours_1900_2012.csv", "usgs_m6_china_neighbours_1900_2023.csv",
        "usgs_m5_china_neighbours_2013_2023.csv")]
    events = merged(raw, seconds=FIT["same_seconds"], km=FIT["same_km"])
    say(f"{[len(part) for part in raw]} events read, {len(events)} after merging")
    events = events.take(events.depth_km <= FIT["most_depth_km"])
    every = with_history(events)
    main_only = every.take(main_shocks(every))
    say(f"{len(events)} to {FIT['most_depth_km']:g} km and {len(every) - len(events)} of before, "
        f"{len(main_only)} main shocks")
    say_stepp(main_only)
    zone = zone_numbers(main_only.lon, main_only.lat)
    complete = kept(main_only, zone)
    laws = fit(main_only, zone, complete)
    write_laws(laws)
    placed = where(complete, zone, laws)
    write_cells(main_only.take(placed), zone[placed], complete[placed], laws)


def read(path: Path) -> Events:
    """Return the earthquakes of a catalogue in ComCat's columns, as Mw."""
    table = pd.read_csv(path)
    if "type" in table:
        table = table[table["type"] == "earthquake"]
    time = pd.to_datetime(table["time"], utc=True, format="ISO8601").dt.tz_localize(None)
    day = (time - pd.Timestamp("1900-01-01")) / pd.Timedelta(days=1)
    mw = [moment_magnitude(Earthquake("", None, 0.0, 0.0, 0.0, float(m), str(kind)))[0]
          for m, kind in zip(table["mag"], table["magType"], strict=True)]
    return Events(day.to_numpy(float), table["longitude"].to_numpy(float),
                  table["latitude"].to_numpy(float), table["depth"].to_numpy(float),
                  np.round(mw, 2))


def historical() -> Events:
    """Return the shipped list of strong earthquakes before the catalogues."""
    table = pd.DataFrame(CARD.rows("historical.csv"))
    day = [(np.datetime64(text) - np.datetime64("1900-01-01")) / np.timedelta64(1, "D")
           for text in table["date"]]
    mw = [round(ms_to_mw(float(m)), 2) for m in table["magnitude"]]
    return Events(np.array(day), table["lon"].to_numpy(float), table["lat"].to_numpy(float),
                  np.full(len(table), 15.0), np.array(mw))


def with_history(events: Events) -> Events:
    """Return the events and those of the shipped list that are not among them.

    One is, that lies within two and a half days (dates are local, hours unknown) and the same_km.
    """
    old = historical()
    new = np.array([not np.any((np.abs(events.day - day) < 2.5) & (distance_km(
        x, y, events.lon, events.lat) <= FIT["same_km"]))
        for day, x, y in zip(old.day, old.lon, old.lat, strict=True)])
    return joined([events, old.take(new)])


def zone_numbers(lon: Floats, lat: Floats) -> Ints:
    """Return the number of the zone of each place, -1 far from all; a belt goes before a zone."""
    return np.array([zone_number(x, y) for x, y in zip(lon, lat, strict=True)], np.int64)


def zone_number(lon: float, lat: float) -> int:
    """Return the number of the zone of a place, -1 far from all."""
    for name, outline in BELTS.items():
        if shapely.contains_xy(outline, lon, lat):
            return ZONES.index(name)
    try:
        return ZONES.index(zone_of(lon, lat)[0])
    except ModelError:
        return -1


def complete_of(name: str) -> list[tuple[float, float]]:
    """Return the completeness of a zone: magnitude and above, from the year."""
    return [*COMPLETE, *(tuple(map(float, row)) for row in FIT["complete_of"].get(name, []))]


def kept(events: Events, zone: Ints) -> Bools:
    """Return which events lie in the period in which their magnitude is complete."""
    out = np.zeros(len(events), bool)
    for number, name in enumerate(ZONES):
        years = durations(EDGES, complete_of(name), FIT["end"])
        at = np.searchsorted(EDGES, events.mw + 1e-6, side="right") - 1
        good = (zone == number) & (at >= 0)
        out[good] = events.year[good] >= FIT["end"] - years[at[good]]
    return out


def fit(events: Events, zone: Ints, complete: Bools) -> list[Recurrence]:
    """Return the law of each zone; one with few events takes the b of all."""
    def law(which: Bools, table: list[tuple[float, float]], b: float | None = None) -> Recurrence:
        counts, _ = np.histogram(events.mw[complete & which] + 1e-6, EDGES)
        return weichert(EDGES, counts.astype(float), durations(EDGES, table, FIT["end"]), b=b)

    recent = complete & (events.year >= FIT["end"] - durations(EDGES, COMPLETE, FIT["end"])[
        np.searchsorted(EDGES, events.mw + 1e-6, side="right") - 1])
    pooled = law(recent, COMPLETE)
    say(f"all zones: b {pooled.b:.3f} +- {pooled.b_error:.3f}, {pooled.n} events")
    laws = []
    for number, name in enumerate(ZONES):
        table = complete_of(name)
        n = int(np.count_nonzero(complete & (zone == number)))
        try:
            own = law(zone == number, table)
        except (InputError, ModelError):
            own = None
        if own is None or n < FIT["least_events"]:
            found = law(zone == number, table, b=pooled.b)
            found = Recurrence(found.b, FIT["pooled_b_error"], found.rate, found.rate_error, n)
        else:
            found = own
        own_b = "none" if own is None else f"{own.b:.2f} +- {own.b_error:.2f}"
        say(f"{name}: {n} events, own b {own_b}, taken {found.b:.3f}, "
            f"{found.rate:.3f} a year of Mw {EDGES[0]:.1f} and above")
        laws.append(found)
    return laws


def write_laws(laws: list[Recurrence]) -> None:
    """Write laws.csv."""
    lines = ["zone,events,b,b_error,rate,rate_error"] + [
        f"{name},{law.n},{law.b:.4f},{law.b_error:.4f},{law.rate:.5f},{law.rate_error:.5f}"
        for name, law in zip(ZONES, laws, strict=True)]
    (OUT / "laws.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def where(complete: Bools, zone: Ints, laws: list[Recurrence]) -> Bools:
    """Return which main shocks say where earthquakes are: the complete ones, in quiet zones all."""
    out = complete.copy()
    for number, law in enumerate(laws):
        if law.n < FIT["least_events"]:
            out |= zone == number
    return out


def write_cells(events: Events, zone: Ints, counted: Bools, laws: list[Recurrence]) -> None:
    """Write rates.parquet: rate of the reference magnitude and above, events near, zone.

    events : those that say where; counted : those of them that the rates rest on.
    """
    lon = np.arange(GRID["west"] + GRID["step"] / 2, GRID["east"], GRID["step"])
    lat = np.arange(GRID["south"] + GRID["step"] / 2, GRID["north"], GRID["step"])
    of_cell = np.array([zone_numbers(lon, np.full(len(lon), y)) for y in lat])
    area = np.broadcast_to(np.cos(np.radians(lat))[:, None], of_cell.shape)
    own_km = neighbour_km(events.lon, events.lat, number=FIT["neighbour"],
                          least_km=FIT["least_km"], most_km=FIT["most_km"])

    def spread(which: Bools, width_km: Floats | float) -> Floats:
        return spread_events(events.lon[which], events.lat[which], cell_lon=lon, cell_lat=lat,
                             width_km=width_km)

    rate = np.zeros(of_cell.shape)
    most = {row["zone"]: float(row["most_mw"]) for row in CARD.rows("zones.csv")}
    for number, name in enumerate(ZONES):
        inside, own, law = of_cell == number, zone == number, laws[number]
        n = max(int(np.count_nonzero(own)), 1)
        pattern = (spread(own, own_km[own]) + spread(own, FIT["width_km"])) / 2.0 / n
        even = np.where(inside, area, 0.0) / max(area[inside].sum(), 1e-9)
        share = FIT["even_events"] / (n + FIT["even_events"])
        # rate of the lowest bin and above -> of the reference, on the zone's truncated line
        over = bin_rates(np.array([EDGES[0], 9.5]), b=law.b, most=most[name],
                         reference=FIT["reference_mw"])[0]
        rate += law.rate / over * ((1.0 - share) * pattern + share * even)
    # events within the wide kernel of a cell: its share of one over that of a cell beneath it
    peak = (GRID["step"] * 111.2 / FIT["width_km"]) ** 2 / np.pi
    near = spread(counted, FIT["width_km"]) / (peak * area)
    rate[of_cell < 0] = 0.0
    say(f"{rate.sum():.2f} a year of Mw {FIT['reference_mw']:g} and above in the grid")
    table = pa.table({
        "zone": pa.array(of_cell.ravel().astype(np.int8)),
        "rate_1e7": pa.array(np.round(rate.ravel() * 1e7).astype(np.int32)),
        "near_1e2": pa.array(np.round(near.ravel() * 1e2).astype(np.int32))})
    pq.write_table(table, OUT / "rates.parquet", compression="zstd", compression_level=19)


def say_stepp(events: Events) -> None:
    """Print Stepp's test, as a multiple of 1 / sqrt(span): flat while complete."""
    spans = np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 120.0])
    say("Stepp: yearly rate over the last " + " ".join(f"{span:g}" for span in spans) + " years")
    for low, high in ((5.3, 5.5), (5.5, 5.9), (5.9, 6.3), (6.3, 6.9), (6.9, 7.5), (7.5, 9.0)):
        which = (events.mw >= low) & (events.mw < high)
        rates = stepp(events.year[which], FIT["end"], spans) ** 2 * spans
        say(f"  Mw {low}-{high}: " + " ".join(f"{rate:.2f}" for rate in rates))


def say(words: str) -> None:
    """Print one line."""
    print(words)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
