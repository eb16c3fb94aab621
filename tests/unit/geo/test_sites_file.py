"""Files of sites: what they say of the ground, checked by row."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskcloud.errors import InputError
from riskcloud.geo.sites_file import read_ground, read_sites


@pytest.fixture
def write(tmp_path):
    def on(*lines):
        path = tmp_path / "sites.csv"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path
    return on


def test_vs30_and_class_may_be_blank(write):
    path = write("site_id,lon,lat,vs30_m_s,site_class", "a,100,25,360,Ⅱ类", "b,100,26,,iii",
                 "c,100,26, 760 ,", "d,100,26,,I")
    vs30, classes = read_ground(path, read_sites(path)[0])
    np.testing.assert_allclose(vs30, [360.0, np.nan, 760.0, np.nan])
    assert classes.tolist() == ["II", "III", "", "I1"]


def test_without_columns_nothing_is_known(write):
    path = write("site_id,lon,lat", "a,100,25")
    assert read_ground(path, read_sites(path)[0]) == (None, None)


def test_bad_ground_is_told_by_row(write):
    path = write("lon,lat,Vs30,场地类别", "100,25,-5,II", "100,25,rock,V", "100,25,,E")
    with pytest.raises(InputError) as error:
        read_ground(path, read_sites(path)[0])
    assert [(one.row, one.column, one.value) for one in error.value.problems] == [
        (2, "Vs30", "-5"), (3, "Vs30", "rock"), (3, "场地类别", "V"), (4, "场地类别", "E")]
    said = str(error.value)
    assert "not within 50 to 5000 m/s" in said and "I0, I1, II, III or IV" in said


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "sites.parquet"
    pq.write_table(pa.table({"lon": [100.0, 100.0], "lat": [25.0, 25.0], "vs30": [400.0, None],
                             "site_class": pa.array(["II", None])}), path)
    vs30, classes = read_ground(path, read_sites(path)[0])
    assert vs30[0] == 400.0 and np.isnan(vs30[1]) and classes.tolist() == ["II", ""]
