"""Files of sites: what they say of the ground, checked by row."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskcloud.errors import InputError
from riskcloud.geo.sites_file import read_places, read_sites


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
    file = read_places(path)
    vs30, classes = file.vs30_m_s, file.site_class
    np.testing.assert_allclose(vs30, [360.0, np.nan, 760.0, np.nan])
    assert classes.tolist() == ["II", "III", "", "I1"]


def test_without_columns_nothing_is_known(write):
    path = write("site_id,lon,lat", "a,100,25")
    file = read_places(path)
    assert file.vs30_m_s is None and file.site_class is None and file.rejected == ()


def test_bad_ground_is_told_by_row(write):
    path = write("lon,lat,Vs30,场地类别", "100,25,-5,II", "100,25,rock,V", "100,25,,E")
    with pytest.raises(InputError) as error:
        read_places(path)
    assert [(one.row, one.column, one.value) for one in error.value.problems] == [
        (2, "Vs30", "-5"), (3, "Vs30", "rock"), (3, "场地类别", "V"), (4, "场地类别", "E")]
    said = str(error.value)
    assert "not within 50 to 5000 m/s" in said and "I0, I1, II, III or IV" in said


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "sites.parquet"
    pq.write_table(pa.table({"lon": [100.0, 100.0], "lat": [25.0, 25.0], "vs30": [400.0, None],
                             "site_class": pa.array(["II", None])}), path)
    file = read_places(path)
    vs30, classes = file.vs30_m_s, file.site_class
    assert vs30[0] == 400.0 and np.isnan(vs30[1]) and classes.tolist() == ["II", ""]


def test_bad_rows_can_be_left_out_each_with_its_own_row(write):
    path = write("site_id,lon,lat,vs30_m_s", "a,100,25,", "b,100", "c,100,95,", "d,100,26,-1",
                 "e,100,27,400")
    with pytest.raises(InputError) as error:
        read_places(path)
    assert [one.row for one in error.value.problems] == [3, 4, 5], "every fault at once"
    file = read_places(path, skip_bad=True)
    assert file.sites.site_id.tolist() == ["a", "e"] and file.table.num_rows == 2
    assert [(one.row, one.column) for one in file.rejected] == [
        (3, ""), (4, "lat"), (5, "vs30_m_s")]
    assert np.isnan(file.vs30_m_s[0]) and file.vs30_m_s[1] == 400.0
    with pytest.raises(InputError, match="2 problem"):
        read_sites(path)
    with pytest.raises(InputError, match="1 problem"):
        read_places(write("lon,lat", "x,25"), skip_bad=True)


def test_a_workbook_is_read_as_a_csv_is(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("name", "lon", "lat"), ("a", 113.5, 22.5), ("b", "x", 22.0), (None, None, None)):
        book.active.append(row)
    path = tmp_path / "sites.xlsx"
    book.save(path)
    file = read_places(path, skip_bad=True)
    assert file.sites.lon.tolist() == [113.5]
    assert [(one.row, one.column) for one in file.rejected] == [(3, "lon")]
    (tmp_path / "other.xlsx").write_bytes(b"PK\3\4 no workbook")
    with pytest.raises(InputError, match="damaged workbook"):
        read_places(tmp_path / "other.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", ",\n", ",,\r\n"])
def test_a_short_file_that_ends_in_chinese_is_read(tmp_path, encoding, end):
    path, blank = tmp_path / "sites.csv", "," * max(end.count(","), 1)
    text = f"lon,lat,note{blank}\n113.5,22.2,金湾路{blank}\n113.6,22.3,机场东路{end}"
    path.write_bytes((text if "," in end else text.replace(",\n", "\n")).encode(encoding))
    assert read_places(path).sites.lon.tolist() == [113.5, 113.6]


def test_chinese_names_are_the_sites(write):
    assert read_places(write("经度,纬度,名称", "100,25,厂区")).sites.site_id.tolist() == ["厂区"]
