"""Which of several files count: one storm, the newest word of each, what is left out is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.outlook import (
    FEWEST_MEMBERS,
    Reading,
    make_outlook,
    read_advisory,
)
from riskcloud.messages import translated
from riskcloud.types import Outlook, Track

BASE = np.datetime64("2026-09-01T00", "s")


def hours(n: float) -> np.timedelta64:
    return np.timedelta64(int(n * 3600), "s")


def track(agency: str = "JTWC", *, base: float | None = 0.0, issued: float | None = None,
          at: tuple[float, ...] = (-24, 0, 12, 24, 48), member: int = 0, lat: float = 20.0,
          name: str = "MADEUP", event: str = "WP212026", source: str = "") -> Track:
    """A storm that goes west at 0.1 degree an hour, in hours after BASE."""
    time = np.array([BASE + hours(h) for h in at], dtype="datetime64[s]")
    nan, four = np.full(len(at), np.nan), np.full((len(at), 4), np.nan)
    base_utc = None if base is None else BASE + hours(base)
    issued_utc = base_utc if issued is None else BASE + hours(issued)
    return Track(
        event_id=event, name=name, agency=agency, time_utc=time,
        lon=130.0 - 0.1 * np.asarray(at, np.float64), lat=np.full(len(at), lat),
        central_pressure_pa=nan + 97_000.0, environmental_pressure_pa=nan,
        max_wind_m_s=np.full(len(at), 40.0), wind_averaging_s=60.0, r_max_m=nan, r34_m=four,
        r50_m=four, r64_m=four, base_utc=base_utc, issued_utc=issued_utc, member=member,
        source=source or f"{agency}.txt")


def reading(*tracks: Track, path: str = "", dated: bool = True, optional: bool = False,
            arrived: float = 3.0) -> Reading:
    return Reading(Path(path or tracks[0].source), tracks, BASE + hours(arrived), dated, optional)


def members(n: int = FEWEST_MEMBERS, *, base: float | None = 0.0,
            at: tuple[float, ...] = (-24, 0, 12, 24, 48)) -> Reading:
    return reading(*(track("ECMWF", member=k, base=base, at=at, lat=20.0 + 0.01 * k)
                     for k in range(1, n + 1)))


def words(outlook: Outlook) -> str:
    return "\n".join(outlook.notes)


def test_of_one_analysis_the_word_issued_last_counts() -> None:
    deck = reading(track(issued=0, source="deck.dat"))
    bulletin = reading(track(issued=3, source="bulletin.txt"))
    for files in ([deck, bulletin], [bulletin, deck]):
        outlook = make_outlook(files)
        assert [one.source for one in outlook.advisories] == ["bulletin.txt"]
        assert "deck.dat: an older word of JTWC" in words(outlook)


def test_an_agency_under_two_names_has_one_voice() -> None:
    outlook = make_outlook([reading(track("JMA")), reading(track("TOKYO", base=-6))])
    assert [one.agency for one in outlook.advisories] == ["JMA"]
    assert "TOKYO.txt: an older word" in words(outlook)


def test_a_best_track_gives_way_to_the_agency_s_own_forecast() -> None:
    best = reading(track(base=None, source="best.csv"))
    outlook = make_outlook([best, reading(track())], issued_at=BASE + hours(6))
    assert [one.source for one in outlook.advisories] == ["JTWC.txt"]
    assert "best.csv: a best track left out" in words(outlook)
    outlook = make_outlook([best, reading(track("CMA"))], issued_at=BASE + hours(6))
    assert [one.agency for one in outlook.advisories] == ["JTWC", "CMA"]


def test_a_best_track_beside_an_ensemble_needs_a_time() -> None:
    best, ensemble = reading(track(base=None)), members()
    with pytest.raises(InputError, match="--issued-at"):
        make_outlook([best], [ensemble])
    assert len(make_outlook([best], [ensemble], issued_at=BASE + hours(6)).ensemble) == 10


def test_an_ensemble_of_few_members_does_not_stand_for_the_spread() -> None:
    outlook = make_outlook([reading(track())], [members(3)])
    assert outlook.advisories and not outlook.ensemble
    said = ("ECMWF.txt: 3 member(s) of an ensemble are too few to tell the spread of a forecast "
            "(10 needed): left out")
    assert said in outlook.notes and "未采用" in translated(said, "zh")
    alone = make_outlook([], [members(3)])
    assert len(alone.ensemble) == 3
    assert "the band is too narrow" in words(alone) and "偏窄" in translated(alone.notes[-1], "zh")


def test_of_a_year_s_best_tracks_those_there_at_the_time_count() -> None:
    other = track("CMA", base=None, at=(-900, -800), event="CMA-1", name="OTHER")
    year = reading(other, track("CMA", base=None, event="CMA-2"))
    outlook = make_outlook([year], issued_at=BASE)
    assert [one.event_id for one in outlook.advisories] == ["CMA-2"]
    with pytest.raises(InputError, match="not within any of its 2 storms"):
        make_outlook([year], issued_at=BASE + hours(2000))


@pytest.mark.parametrize("bad, fault, remedy", [
    (track("CMA", base=-90, at=(-90, -80)), "days old: a dead bulletin", "earlier --issued-at"),
    (track("CMA", issued=9), "not known then", "later --issued-at"),
    (track("CMA", event="WP222026", name="OTHER"), "another storm", "one storm"),
    (track("CMA", base=None, at=(500, 600)), "not within storm", "a time at which"),
])
def test_a_file_that_does_not_fit_is_an_error_or_set_aside(bad: Track, fault: str,
                                                           remedy: str) -> None:
    files = [reading(track()), reading(bad)]
    with pytest.raises(InputError, match=fault) as raised:
        make_outlook(files, issued_at=BASE + hours(6))
    assert remedy in str(raised.value) and "CMA.txt" in str(raised.value)
    aside: list[str] = []
    outlook = make_outlook(files, issued_at=BASE + hours(6), set_aside=aside)
    assert [one.agency for one in outlook.advisories] == ["JTWC"]
    assert len(aside) == 1 and fault in aside[0] and aside[0].endswith(": left out")
    fetched = [files[0], replace(files[1], optional=True)]  # what a feed brought is never an error
    outlook = make_outlook(fetched, issued_at=BASE + hours(6))
    assert fault in words(outlook) and len(outlook.advisories) == 1


def test_nothing_left_says_all_that_was_set_aside() -> None:
    dead = reading(track(base=-90, at=(-90, -80)))
    with pytest.raises(InputError, match="no bulletin of the storm is alive") as raised:
        make_outlook([dead], issued_at=BASE, set_aside=[])
    assert "dead bulletin" in str(raised.value)


def test_an_undated_bulletin_of_another_storm_asks_for_its_time() -> None:
    other = track("CMA", event="WP222026", name="OTHER")
    with pytest.raises(InputError, match="it gives no year.*--issued-at"):
        make_outlook([reading(track()), reading(other, dated=False)])


def test_an_undated_dead_slot_is_refused_by_its_age() -> None:
    old = reading(track(), dated=False, arrived=24 * 20)
    with pytest.raises(InputError, match="20.0 days old"):
        make_outlook([old])
    assert make_outlook([old], issued_at=BASE + hours(3)).advisories


def test_an_ensemble_much_older_or_newer_than_the_bulletin_does_not_count_beside_it() -> None:
    old = members(base=-60, at=(-60, 0, 48))
    outlook = make_outlook([reading(track())], [old])
    assert not outlook.ensemble and "ECMWF.txt: left out, its analysis" in words(outlook)
    new = members(base=60, at=(36, 60, 84))
    outlook = make_outlook([reading(track())], [new])
    assert len(outlook.ensemble) == 10 and not outlook.advisories
    assert "JTWC.txt: left out, its analysis" in words(outlook)


def test_a_folder_or_a_web_page_is_told_for_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder"):
        read_advisory(tmp_path)
    page = tmp_path / "page.txt"
    page.write_text("<!DOCTYPE html>\n<html><body>404, not found</body></html>\n")
    with pytest.raises(InputError, match="a web page"):
        read_advisory(page)
    page.write_bytes(b"lat,lon," + b"1," * 500_000 + b"\n")  # took minutes to refuse once
    with pytest.raises(InputError, match="at most 1000 columns"):
        read_advisory(page)


def test_a_forecast_counts_before_a_newer_analysis_without_one() -> None:
    bulletin = reading(track(source="bulletin.txt"))
    vitals = reading(track(base=6, at=(-18, -12, -6, 0, 6), source="vitals.txt"))
    for files in ([bulletin, vitals], [vitals, bulletin]):
        outlook = make_outlook(files)
        assert [one.source for one in outlook.advisories] == ["bulletin.txt"]
        assert "vitals.txt: an analysis of JTWC of 2026-09-01T06:00Z left out" in words(outlook)


def test_an_old_forecast_does_not_count_before_a_newer_analysis() -> None:
    bulletin = reading(track(source="bulletin.txt"))
    vitals = reading(track(base=18, at=(-6, 0, 6, 12, 18), source="vitals.txt"))
    outlook = make_outlook([bulletin, vitals])
    assert [one.agency for one in outlook.advisories] == ["STATISTICAL"]
    assert "bulletin.txt: an older word of JTWC" in words(outlook)


def test_a_forecast_that_ends_with_the_storm_alive_is_told() -> None:
    short = make_outlook([reading(track(at=(-6, 0, 12)))])
    assert "ends 12 h after its analysis with a wind of 40 m/s" in words(short)
    assert "ends" not in words(make_outlook([reading(track())]))


def test_two_bare_analyses_are_one_statistical_voice() -> None:
    past = (-24, -18, -12, -6, 0)
    outlook = make_outlook([reading(track("JTWC", at=past, base=0)),
                            reading(track("CMA", at=past[:-1], base=-6))])
    assert [one.agency for one in outlook.advisories] == ["STATISTICAL"]
    assert outlook.advisories[0].base_utc == BASE
    assert "CMA.txt: left out, another analysis was continued already" in words(outlook)
