import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.magnitude import (
    magnitude_kind,
    moment_magnitude,
    ms_to_mw,
    mw_to_ms,
    surface_magnitude,
)
from riskcloud.types import Earthquake


def quake(magnitude, kind):
    return Earthquake("e", None, 100.0, 25.0, 10.0, magnitude, kind)


def test_what_is_there_stays():
    assert moment_magnitude(quake(6.1, "Mww")) == (6.1, ())
    assert surface_magnitude(quake(6.4, "Ms")) == (6.4, ())


def test_cenc_s_m_is_taken_as_ms():
    assert surface_magnitude(quake(6.4, "M")) == (6.4, ("magnitude M 6.4 taken as Ms",))
    mw, notes = moment_magnitude(quake(6.4, ""))
    assert mw == pytest.approx(0.86 * 6.4 + 0.59)
    assert notes == ("magnitude M 6.4 taken as Mw 6.09 by Cheng et al. (2017)",)


def test_other_types_name_their_relations():
    assert moment_magnitude(quake(5.0, "mb")) == (
        pytest.approx(5.28), ("magnitude mb 5 taken as Mw 5.28 by Scordilis (2006)",))
    ms, notes = surface_magnitude(quake(5.0, "mb"))
    assert ms == pytest.approx((5.28 - 0.59) / 0.86)
    assert notes[0].endswith("by Scordilis (2006) and Cheng et al. (2017)")
    mw, notes = moment_magnitude(quake(5.0, "ML"))
    assert mw == pytest.approx(0.86 * (1.13 * 5.0 - 1.08) + 0.59)
    assert notes[0].endswith("by Guo & Pang (1981) and Cheng et al. (2017)")


@pytest.mark.parametrize("kind", ["mB", "mbLg"])
def test_another_body_wave_magnitude_is_said_to_borrow(kind):
    assert moment_magnitude(quake(5.0, kind))[1][1] == f"{kind} read by a relation for mb"
    assert surface_magnitude(quake(5.0, kind))[1][1] == f"{kind} read by a relation for mb"


def test_a_saturated_mb_is_said():
    assert moment_magnitude(quake(6.6, "mb"))[1][0].endswith("(made for 3.5 to 6.2)")


def test_there_and_back():
    for mw in (4.0, 5.5, 6.5, 6.6, 7.5, 8.5):
        assert ms_to_mw(mw_to_ms(mw)) == pytest.approx(mw)
    steps = [ms_to_mw(5.0 + 0.01 * k) for k in range(350)]
    assert all(b >= a for a, b in zip(steps, steps[1:], strict=False))


@pytest.mark.parametrize("name", ["Md", "Mj", "intensity"])
def test_an_unknown_type_is_refused_with_the_known(name):
    with pytest.raises(InputError, match=r"cannot be converted; expected one of: Mw .*mb, ML"):
        magnitude_kind(name)
