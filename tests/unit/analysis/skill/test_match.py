"""Which track an observation belongs to, and what is refused."""

from pathlib import Path

import pytest

from riskcloud.analysis.skill.match import match, read_storms
from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.observed.read import read_observations

ONE, TWO = "2018250N12170", "2017232N19130"


@pytest.fixture
def made(tmp_path: Path):
    """Write observations and tracks; return what matches."""
    def run(observed: str, *tracks: str, agency: str | None = None):
        (tmp_path / "stations.csv").write_text(observed, encoding="utf-8")
        paths = []
        for k, text in enumerate(tracks):
            paths.append(tmp_path / f"track_{k}.csv")
            paths[-1].write_text(text, encoding="utf-8")
        found, notes = read_storms(paths, agency)
        return match(read_observations(tmp_path / "stations.csv"), found), notes
    return run


def track(*storms: tuple[str, str, int], agency: str = "") -> str:
    lines = ["sid,name,agency,time,lat,lon,max_wind_10min_m_s,central_pressure_hpa"]
    for sid, name, year in storms:
        lines += [f"{sid},{name},{agency},{year}-09-16 {hour:02d}:00:00,{21 + hour / 12},"
                  f"{115 - hour / 6},40,955" for hour in (0, 6, 12, 18)]
    return "\n".join(lines) + "\n"


def observed(*rows: str, head: str = "sid,station,lat,lon,gust_ms") -> str:
    return "\n".join([head, *rows]) + "\n"


def test_two_storms_of_one_file_are_told_apart_by_sid(made):
    matched, _ = made(observed(f"{TWO},A,22,114,40", f"{ONE},A,22,114,50", f"{ONE},B,22,114.1,45"),
                      track((ONE, "MANGKHUT", 2018), (TWO, "HATO", 2017)))
    assert [(storm.track.event_id, len(storm.rows)) for storm in matched.storms] == [
        (TWO, 1), (ONE, 2)]
    assert not matched.notes


def test_a_storm_without_track_and_a_track_without_observation_are_said(made):
    matched, _ = made(observed(f"{ONE},A,22,114,40", "2011266N13139,A,22,114,30"),
                      track((ONE, "MANGKHUT", 2018)), track((TWO, "HATO", 2017)))
    assert [len(storm.rows) for storm in matched.storms] == [1]
    assert len(matched.without_track) == 1
    assert matched.notes == (
        "2011266N13139: 1 row(s) not compared, no track of this storm given",
        f"1 track(s) without observation: {TWO} HATO")


def test_one_track_is_taken_for_observations_without_sid_and_said(made):
    rows = observed("A,22,114,40", head="station,lat,lon,gust_ms")
    matched, _ = made(rows, track((ONE, "MANGKHUT", 2018)))
    assert matched.notes == (f"the one track given is taken for the observed storm ({ONE})",)
    with pytest.raises(InputError, match="row 2, sid = '': 2 tracks are given: say by sid which "
                                         "storm"):
        made(rows, track((ONE, "MANGKHUT", 2018), (TWO, "HATO", 2017)))


def test_without_sid_the_number_or_the_name_and_year_tell(made):
    head = "event,season,station,lat,lon,gust_ms"
    matched, _ = made(observed("Hato,2017,A,22,114,40", head=head),
                      track((ONE, "MANGKHUT", 2018)), track((TWO, "HATO", 2017)))
    assert matched.storms[0].track.event_id == TWO
    assert "Hato: its track found by name and year, not by sid" in matched.notes
    with pytest.raises(InputError, match="no observation belongs to a track given"):
        made(observed("Hato,2012,A,22,114,40", head=head), track((TWO, "HATO", 2017)))
    rows = observed(f"{ONE},1822,A,22,114,40", head="sid,jma_no,station,lat,lon,gust_ms")
    matched, _ = made(rows, track(("1822", "MANGKHUT", 2018)), track(("1713", "HATO", 2017)))
    assert matched.storms[0].track.event_id == "1822"


def test_another_storms_track_is_refused(made):
    with pytest.raises(InputError, match=f"observed storms: {ONE}; tracks: {TWO} HATO"):
        made(observed(f"{ONE},A,22,114,40"), track((TWO, "HATO", 2017)))


def test_a_storm_with_two_tracks_is_refused_unless_an_agency_is_chosen(made):
    jma, jtwc = track((ONE, "M", 2018), agency="JMA"), track((ONE, "M", 2018), agency="JTWC")
    with pytest.raises(InputError, match=f"storm {ONE} stands in 2 tracks .*choose it by --agency"):
        made(observed(f"{ONE},A,22,114,40"), jma, jtwc)
    matched, notes = made(observed(f"{ONE},A,22,114,40"), jma, jtwc, agency="JTWC")
    assert matched.storms[0].track.agency == "JTWC"
    assert notes == ["track_0.csv: left out, it has no track of agency JTWC"]
    with pytest.raises(NotFoundError, match="no agency 'CMA'"):
        made(observed(f"{ONE},A,22,114,40"), jma, jtwc, agency="CMA")


def test_times_outside_the_track_are_said(made):
    matched, _ = made(observed(f"{ONE},A,22,114,40,2018-09-20T00:00Z",
                               head="sid,station,lat,lon,gust_ms,gust_time"),
                      track((ONE, "MANGKHUT", 2018)))
    assert matched.notes[0].startswith(f"{ONE}: observed more than 12 h outside")


def test_rows_without_sid_are_set_aside_and_the_others_go_on(tmp_path):
    (tmp_path / "stations.csv").write_text(observed(f"{ONE},A,22,114,40", ",B,22,114,41"),
                                           encoding="utf-8")
    (tmp_path / "tracks.csv").write_text(track((ONE, "MANGKHUT", 2018), (TWO, "HATO", 2017)),
                                         encoding="utf-8")
    tracks, _ = read_storms([tmp_path / "tracks.csv"], None)
    matched = match(read_observations(tmp_path / "stations.csv"), tracks, skip_bad=True)
    assert [len(storm.rows) for storm in matched.storms] == [1]
    assert [problem.row for problem in matched.rejected] == [3]


def test_a_file_given_twice_counts_once(tmp_path):
    path = tmp_path / "track.csv"
    path.write_text(track((ONE, "MANGKHUT", 2018)), encoding="utf-8")
    assert len(read_storms([path, tmp_path / "." / "track.csv"], None)[0]) == 1


def test_a_chinese_name_is_no_other_storm_than_the_one_track(made):
    head = "台风,年份,测站,纬度,经度,极大风速(千米/时)"
    matched, _ = made(observed("山竹,2018,A,22,114,144", head=head), track((ONE, "MANGKHUT", 2018)))
    assert matched.notes == (f"the one track given is taken for the observed storm ({ONE})",)
    assert matched.storms[0].rows[0].wind_m_s["gust_3s"] == 40.0
    with pytest.raises(InputError, match="no observation belongs"):
        made(observed("山竹,2017,A,22,114,144", head=head), track((ONE, "MANGKHUT", 2018)))


def test_a_window_of_another_day_is_no_wind_of_nought(made, tmp_path):
    head = "sid,station,lat,lon,gust_ms,window_start,window_end"
    rows = observed(f"{ONE},A,22,114,40,2018-09-16T06:00Z,2018-09-16T09:00Z",
                    f"{ONE},B,22,114,41,2019-09-16T06:00Z,2019-09-16T09:00Z", head=head)
    one = track((ONE, "MANGKHUT", 2018))
    with pytest.raises(InputError, match="row 3, window_start = '2019-09-16T06:00:00': the window "
                                         "lies outside the track, 2018-09-16T00:00 to "):
        made(rows, one)
    tracks, _ = read_storms([tmp_path / "track_0.csv"], None)
    matched = match(read_observations(tmp_path / "stations.csv"), tracks, skip_bad=True)
    assert [row.station for row in matched.storms[0].rows] == ["A"]
    assert [problem.row for problem in matched.rejected] == [3]
