"""Earthquakes that everybody knows are in the history of their places.

Facts: 13 February 1918 off Nan'ao near Shantou, M 7.3; 28 July 1976 Tangshan, Ms 7.8 (03:42 Peking
time), XI at its centre; 21 May 2021 Yangbi, M 6.4 (CENC) or Mw 6.1 (USGS), VIII at its centre
(China Earthquake Administration); 1605 Qiongshan, Hainan, M 7.5; from memory. Moment
magnitudes are ISC-GEM's and USGS's; intensities within a degree and a half: one relation of a whole
region.
"""

import numpy as np
import pytest

from riskcloud.hazard.earthquake.history import past_earthquakes


def strongest(lon, lat, **kwargs):
    found = past_earthquakes(np.array([lon]), np.array([lat]), **kwargs)
    return found, int(np.argmax(found.intensity))


@pytest.mark.parametrize(("lon", "lat", "day", "mw", "degree", "km"), [
    (116.70, 23.35, "1918-02-13", 7.3, 8.0, 80.0),
    (118.18, 39.63, "1976-07-27", 7.6, 10.0, 20.0),
    (99.95, 25.67, "2021-05-21", 6.1, 8.0, 20.0),
    (110.35, 20.02, "1605-07-13", 7.1, 9.5, 30.0)])
def test_the_strongest_at_its_place(lon, lat, day, mw, degree, km):
    found, row = strongest(lon, lat)
    assert str(found.time[row].astype("datetime64[D]")) == day
    assert found.strength[row] == pytest.approx(mw, abs=0.15)
    assert found.intensity[row] == pytest.approx(degree, abs=1.5)
    assert found.distance_m[row] < km * 1e3


def test_yangbi_has_its_foreshock_and_aftershock():
    """21:21 (M 5.6) and 22:31 (M 5.2) Peking time beside 21:48 (M 6.4): CENC."""
    found, _ = strongest(99.95, 25.67, first_year=2021)
    minutes = [str(one)[11:16] for one in found.time]
    assert {"13:21", "13:48", "14:31"} <= set(minutes)


def test_wenchuan_was_felt_at_chengdu():
    """12 May 2008, Ms 8.0, Mw 7.9; VI to VII at Chengdu, 75 km from the epicentre."""
    found, _ = strongest(104.07, 30.66)
    row = int(np.flatnonzero(found.time.astype("datetime64[D]") == np.datetime64("2008-05-12"))[0])
    assert found.strength[row] == pytest.approx(7.9, abs=0.15)
    assert found.distance_m[row] == pytest.approx(75e3, abs=20e3)
    assert 6.0 < found.intensity[row] < 9.0
