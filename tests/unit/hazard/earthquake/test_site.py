import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.site import (
    class_indices,
    class_of_vs30,
    parse_site_class,
    site_factor,
    vs30_of_class,
)


@pytest.mark.parametrize(("cell", "name"), [
    ("II", "II"), ("Ⅱ", "II"), ("Ⅱ类", "II"), (" 2 ", "II"), ("class iii", "III"), ("I0", "I0"),
    ("Ⅰ1", "I1"), ("I", "I1"), ("IV", "IV"), ("i₀", "I0")])
def test_spellings(cell, name):
    assert parse_site_class(cell) == name


def test_unknown_classes_are_all_named():
    with pytest.raises(InputError) as caught:
        class_indices(["II", "V", "", None, "rock"])
    assert caught.value.message == "2 site(s) with an unknown class"
    assert [str(problem) for problem in caught.value.problems] == [
        "row 2, site_class = 'V': expected one of I0, I1, II, III, IV",
        "row 5, site_class = 'rock': expected one of I0, I1, II, III, IV"]


def test_an_empty_cell_has_no_class():
    assert class_indices(["II", "", None, float("nan"), "IV"]).tolist() == [2, -1, -1, -1, 4]


def test_table_e1_at_its_columns_between_and_beyond():
    """GB 18306-2015, Table E.1."""
    assert site_factor(np.array([0.05, 0.10, 0.15, 0.20, 0.30, 0.40]), ["III"] * 6) == (
        pytest.approx([1.30, 1.25, 1.15, 1.00, 1.00, 1.00]))
    assert site_factor(np.full(5, 0.05), ["I0", "I1", "II", "III", "IV"]) == (
        pytest.approx([0.72, 0.80, 1.00, 1.30, 1.25]))
    assert site_factor(np.array([0.01, 0.125, 2.0]), ["I0"] * 3) == (
        pytest.approx([0.72, 0.745, 0.90]))
    assert site_factor(np.array([0.07, 0.07]), ["", None]).tolist() == [1.0, 1.0]


def test_class_and_vs30():
    speeds = np.array([120.0, 150.0, 151.0, 260.0, 261.0, 510.0, 511.0, 800.0, 801.0])
    assert class_of_vs30(speeds).tolist() == ["IV", "IV", "III", "III", "II", "II", "I1", "I1",
                                              "I0"]
    names = ["I0", "I1", "II", "III", "IV"]
    assert class_of_vs30(vs30_of_class(names)).tolist() == names
    assert vs30_of_class([""])[0] == vs30_of_class(["II"])[0] == 364.0


@pytest.mark.parametrize("speed", [0.0, -5.0, np.nan, np.inf])
def test_a_bad_vs30(speed):
    with pytest.raises(InputError, match=r"1 site\(s\) with a bad Vs30\n  row 2, vs30_m_s = "):
        class_of_vs30(np.array([300.0, speed]))
