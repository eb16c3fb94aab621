"""Ensembles as their centres send them: ECMWF BUFR and TIGGE CXML, held to independent readings.

Chanthu 2021: every row of the CSV beside the file, which another program decoded from it. HEROLD
2020 and the four storms of 2023-08-22: values read off the keys of the messages with ecCodes'
own dump. CXML: values read off the file by eye.
"""

import csv
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.ensemble import anchor_intensity, choose_storm, deduplicate
from riskcloud.hazard.typhoon.formats import cxml, ecmwf_bufr
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.types import Track

ARRIVED = np.datetime64("2026-01-01T00", "s")
CHANTHU = "tropical_cyclones/forecasts/ecmwf_eps_chanthu_2021091000"


def read(module, path):
    if module is ecmwf_bufr:
        if find_spec("eccodes") is None:
            pytest.skip("ecCodes is not installed (extra bufr)")
    faults = Faults(path)
    source = Source(path, path.read_bytes(), ARRIVED)
    assert module.recognises(source)
    return module.read(source, faults), [note.remedy for note in faults.notes]


def tracks(fixes):
    """Make tracks of a table of fixes, members of a single fix included."""
    made = []
    for (event, name, member), f in fixes.groupby(["event_id", "name", "member"]):
        nan = np.full(len(f), np.nan)
        four = np.full((len(f), 4), np.nan)
        made.append(Track(
            event_id=event, name=name, agency="ECMWF", member=int(member),
            time_utc=f["time_utc"].to_numpy(dtype="datetime64[s]"), lon=f["lon"].to_numpy(),
            lat=f["lat"].to_numpy(), central_pressure_pa=f["central_pressure_pa"].to_numpy(),
            environmental_pressure_pa=nan, max_wind_m_s=f["max_wind_m_s"].to_numpy(),
            wind_averaging_s=600.0, r_max_m=nan, r34_m=four, r50_m=four, r64_m=four,
            base_utc=f["base_utc"].iloc[0].to_datetime64().astype("datetime64[s]")))
    return made


def test_every_row_of_the_chanthu_ensemble(shared):
    fixes, notes = read(ecmwf_bufr, shared / f"{CHANTHU}.bufr4")
    with (shared / f"{CHANTHU}.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(fixes) == 1969 and notes == []
    found = {(int(f.member), np.datetime64(f.time_utc, "s")): f for f in fixes.itertuples()}
    assert len(found) == 1969
    for row in rows:
        f = found[int(row["member"]), np.datetime64(row["valid_utc"], "s")]
        assert (f.event_id, f.name) == ("WP212021", "CHANTHU")
        assert str(f.base_utc) == str(f.issued_utc) == "2021-09-10 00:00:00"
        assert (f.lat, f.lon) == (float(row["lat"]), float(row["lon"]))
        assert f.central_pressure_pa == pytest.approx(100 * float(row["mslp_hpa"]), abs=0.01)
        assert f.max_wind_m_s == pytest.approx(float(row["wind10m_ms"]), abs=1e-6)


def test_herold_deterministic_and_ensemble(shared):
    folder = shared / "verification" / "tracks"
    det, notes = read(ecmwf_bufr, folder / "ecmwf_22S_HEROLD_2020031912.det.bufr4")
    assert notes == [] and len(det) == 3
    f = det.iloc[0]
    assert (f["event_id"], f["name"], f["basin"], f["member"]) == ("SH222020", "HEROLD", "SI", 52)
    assert (f["lat"], f["lon"], f["central_pressure_pa"], f["max_wind_m_s"]) == (
        -26.0, 72.0, 99_600.0, 16.5)
    assert str(f["base_utc"]) == "2020-03-19 12:00:00"
    eps, notes = read(ecmwf_bufr, folder / "ecmwf_22S_HEROLD_2020031912.eps.bufr4")
    assert len(eps) == 198 and eps["member"].nunique() == 50
    assert notes == ["storm SH222020 HEROLD: 2 of 52 member(s) have no position (the model does "
                     "not hold the storm): left out"]
    start = eps[eps["time_utc"] == eps["base_utc"]].set_index("member")
    assert start.loc[[1, 2, 3, 4], "central_pressure_pa"].tolist() == [99500, 99600, 99700, 99600]
    assert start.loc[[1, 2, 3, 4], "max_wind_m_s"].tolist() == [17.5, 17.0, 16.5, 18.0]
    assert start.loc[4, "r34_ne"] == 122_200.0  # radius of 18 m/s from 0 to 90 degrees


def test_four_storms_of_one_file(shared):
    path = shared / "verification" / "tracks" / "ecmwf_tf_202308220000.bufr"
    fixes, notes = read(ecmwf_bufr, path)
    counts = fixes.groupby(["event_id", "name", "basin"])["member"].nunique().to_dict()
    # Emily has left the model: her message is whole, without a position
    assert counts == {("AL062023", "GERT", "NA"): 30, ("AL082023", "FRANKLIN", "NA"): 43,
                      ("AL092023", "", "NA"): 52}
    assert any("EMILY: 52 of 52" in note for note in notes)
    first = fixes[fixes["event_id"] == "AL092023"].iloc[0]
    assert (first["lat"], first["lon"], first["central_pressure_pa"], first["max_wind_m_s"]) == (
        25.6, -92.3, 100_700.0, 17.0)
    kept, left_out = deduplicate(tracks(fixes))
    assert len(kept) == 30 + 43 + 52 and left_out == ()


def test_a_truncated_file_keeps_its_whole_messages(shared, tmp_path):
    raw = (shared / "verification" / "tracks" / "ecmwf_tf_202308220000.bufr").read_bytes()
    path = tmp_path / "cut.bufr"
    path.write_bytes(raw[: len(raw) - 100])
    fixes, notes = read(ecmwf_bufr, path)
    assert set(fixes["event_id"]) == {"AL062023", "AL082023"}
    assert any("BUFR message 4 could not be read: it is cut off" in note for note in notes)


def test_cxml_sample(shared):
    path = shared / "verification" / "tracks" / "cxml_sample_track.xml"
    fixes, notes = read(cxml, path)
    assert len(fixes) == path.read_text().count("<fix ") == 108
    assert set(fixes["member"]) == {24.0} and set(fixes["agency"]) == {"ECMWF"}
    assert fixes["event_id"].nunique() == 7
    vernon = fixes[fixes["name"] == "VERNON"]
    assert set(vernon["event_id"]) == {"IO702022"} and set(vernon["basin"]) == {"NI"}
    # lines 86-100 of the file: the fix at 24 h
    f = vernon[vernon["time_utc"] == "2022-03-03T12:00:00"].iloc[0]
    assert (f["lat"], f["lon"], f["central_pressure_pa"], f["max_wind_m_s"]) == (
        7.6, 84.0, 100_100.0, 14.9)
    assert str(f["base_utc"]) == "2022-03-02 12:00:00"
    south = fixes[fixes["event_id"] == "SH702022"]
    assert (south["lat"] < 0).all()
    assert notes == ["23 member(s) of the ensemble are not in the file: 1, 2, 3, 4, 5, 6, 7, 8, "
                     "9, 10, ..."]


def test_anchored_chanthu_is_much_nearer_to_the_storm_than_the_raw_ensemble(shared):
    """Mean of the members' 1-min winds against JTWC's best track, m/s.

    lead [h]        0     6    12    18    24    48
    best track    69.4  74.6  77.2  79.7  74.6  54.0
    raw (10 min)  40.6  30.0  31.3  33.0  32.2  31.4
    raw (1 min)   43.7  32.3  33.7  35.5  34.7  33.8
    anchored      69.4  56.7  56.8  57.2  55.1  48.4

    The error of the mean halves at 6 to 24 h: what is left is the model's loss of the storm in its
    first six hours (8 m/s) and the strengthening it does not see. No member knows what followed:
    the analysis of 00 UTC alone is used.
    """
    fixes, _ = read(ecmwf_bufr, shared / f"{CHANTHU}.bufr4")
    best = read_tracks(Path(shared / "tropical_cyclones/events/chanthu_2021_jtwc.csv"))[0]
    members, _ = deduplicate(tracks(fixes))
    members = choose_storm(members, best)
    assert len(members) == 52
    anchored = [anchor_intensity(member, best) for member in members]
    base = np.datetime64("2021-09-10T00", "s")
    for lead_h, expected in ((0, 69.4), (6, 56.7), (12, 56.8), (18, 57.2), (24, 55.1), (48, 48.4)):
        at = base + np.timedelta64(lead_h, "h")
        truth = best.max_wind_m_s[best.time_utc == at][0]
        raw = np.mean([sustained_1min(m.max_wind_m_s, 600.0)[m.time_utc == at][0]
                       for m in members if at in m.time_utc])
        mean = np.mean([m.max_wind_m_s[m.time_utc == at][0] for m in anchored if at in m.time_utc])
        assert mean == pytest.approx(expected, abs=0.1)
        assert abs(mean - truth) < 0.52 * abs(raw - truth)
        spread = np.std([m.max_wind_m_s[m.time_utc == at][0] for m in anchored
                         if at in m.time_utc])
        assert spread > 1.0 or lead_h == 0  # the members keep their differences
