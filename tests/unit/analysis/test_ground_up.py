"""Loss tables at the locations of a book: events by year and member, in order of date."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskcloud.analysis.terms.ground_up import read_ground_up
from riskcloud.errors import InputError
from riskcloud.exposure.oed.book import read_book

LOCATION = ("PortNumber,AccNumber,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,BuildingTIV\n"
            "1,1,1,CN,AA1,CNY,5000\n1,1,2,CN,AA1,CNY,7000\n")
ACCOUNT = "PortNumber,AccNumber,PolNumber,PolPerilsCovered,AccCurrency\n1,1,1,AA1,CNY\n"


@pytest.fixture
def book(tmp_path):
    for name, text in (("location", LOCATION), ("account", ACCOUNT)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_book(tmp_path / "location.csv", tmp_path / "account.csv")[0]


def read(path, text, book, **options):
    path.write_text(text, encoding="utf-8")
    return read_ground_up(path, book, **options)


def test_events_of_a_year_in_order_of_date(tmp_path, book):
    found, _ = read(
        tmp_path / "losses.csv", "EventId,YearNo,EventDate,Sample,LocNumber,loss\n"
        "b,2,2001-09-02,1,1,10\na,1,2001/8/1,1,1,20\nc,2,2001-09-02T06:00,1,2,30\n"
        "d,2,2001-07-30,1,1,40\nb,2,2001-09-01,1,2,5\na,1,20010801,2,1,50\na,2,2001-01-05,1,2,60\n",
        book)
    assert [(one["year"], one["member"], one["event_id"]) for one in found.label] == [
        (1, "1", "a"), (1, "2", "a"), (2, "1", "a"), (2, "1", "d"), (2, "1", "b"), (2, "1", "c")]
    assert list(found.year) == [1, 1, 2, 2, 2, 2]
    assert found.date.dtype == np.dtype("datetime64[s]")
    assert [str(day)[:13] for day in found.date[2:]] == [
        "2001-01-05T00", "2001-07-30T00", "2001-09-01T00", "2001-09-02T06"]
    assert list(found.units()) == [range(0, 1), range(1, 2), range(2, 6)]
    event = found.at(4)
    assert list(event.loss) == [10, 5] and list(event.location) == [0, 1]


def test_dates_of_parquet_and_years_from_them(tmp_path, book):
    for kind in (pa.date32(), pa.timestamp("us"), pa.timestamp("ns"), pa.string()):
        day = pa.array(np.array(["2012-08-01", "2011-08-01"], "datetime64[us]"))
        pq.write_table(pa.table({
            "event_id": [1, 2], "date": day.cast(kind), "loc_id": [2, 1], "loss": [3.0, 4.0]}),
            tmp_path / "losses.parquet")
        found, _ = read_ground_up(tmp_path / "losses.parquet", book)
        assert list(found.year) == [2011, 2012] and [row["event_id"] for row in found.label] == [
            "2", "1"]
        assert str(found.date[0]) == "2011-08-01T00:00:00"


def test_dates_beside_rates_are_no_years(tmp_path, book):
    text = "event_id,date,annual_rate,loc_id,loss\na,1983-09-09,0.02,1,1\nb,2017-08-23,0.1,1,2\n"
    found, _ = read(tmp_path / "losses.csv", text, book)
    assert found.year is None and list(found.rate) == [0.02, 0.1]
    assert [str(day)[:10] for day in found.date] == ["1983-09-09", "2017-08-23"]
    assert [list(unit) for unit in found.units()] == [[0], [1]]


def test_a_table_without_years(tmp_path, book):
    found, _ = read(tmp_path / "losses.csv", "event_id,loc_id,loss\nb,1,1\na,1,2\nb,2,3\n", book)
    assert found.year is None and found.date is None
    assert [one["event_id"] for one in found.label] == ["b", "a"]
    assert list(found.units()) == [range(0, 1), range(1, 2)]


def test_bad_years_and_dates(tmp_path, book):
    text = "event_id,year,date,loc_id,loss\nb,1.5,2001-02-30,1,1\na,2,2001-02-03,1,2\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path / "losses.csv", text, book)
    said = str(caught.value)
    assert "losses.csv: row 2, year = '1.5': a year is a whole number, 0 or more" in said
    assert "date = '2001-02-30': expected the day of the event as 2017-08-23" in said
    found, problems = read(tmp_path / "losses.csv", text, book, skip_bad=True)
    assert len(problems) == 2 and [one["event_id"] for one in found.label] == ["a"]


def test_an_event_has_an_id_and_one_rate(tmp_path, book):
    text = ("event_id,annual_rate,loc_id,loss\na,0.1,1,1\na,0.2,2,2\n,0.1,1,4\n,,,\nb,inf,1,8\n"
            "c,0.3,1,16\nc,0.3,2,32\na,0.1,2,64\n")
    with pytest.raises(InputError) as caught:
        read(tmp_path / "losses.csv", text, book)
    assert [str(item) for item in caught.value.problems] == [
        "losses.csv: row 3, annual_rate = '0.2': another rate above: an event has one",
        "losses.csv: row 4, event_id = '': an event needs an id",
        "losses.csv: row 6, annual_rate = 'inf': a yearly rate is a number of 0 or more"]
    found, problems = read(tmp_path / "losses.csv", text, book, skip_bad=True)
    assert len(problems) == 3 and list(found.rate) == [0.1, 0.3]
    assert found.set_aside == {"loss_rows": 3, "loss": {"CNY": 14.0}}


def test_a_blank_sample(tmp_path, book):
    with pytest.raises(InputError, match="row 2, member = '': blank: each row needs its sample"):
        read(tmp_path / "losses.csv", "event_id,member,loc_id,loss\na,,1,1\na,1,1,2\n", book)


def test_an_unknown_stage(tmp_path, book):
    with pytest.raises(InputError) as caught:
        read(tmp_path / "losses.csv",
             "stage,loc_id,loss\nfoo,1,1\ngross,1,1\nground_up,1,2\n,1,3\n,,\n", book)
    assert [(item.row, item.column, item.value) for item in caught.value.problems] == [
        (2, "stage", "foo"), (5, "stage", "")]
    assert "expected ground_up, gross or net in each row" in str(caught.value)


@pytest.mark.parametrize(("text", "options", "said"), [
    ("stage,loc_id,loss\ngross,1,1\n", {}, "row 1: no row is of stage ground_up and of a peril"),
    ("peril,loc_id,loss\nQEQ,1,1\n", {"peril": "WTC"}, "row 1: no row is of stage ground_up"),
    ("loc_id,loss\n7,1\n", {"skip_bad": True}, "row 2, loc_id = '7': no such location")])
def test_a_table_of_which_nothing_is_taken(tmp_path, book, text, options, said):
    with pytest.raises(InputError, match=said):
        read(tmp_path / "losses.csv", text, book, **options)


@pytest.mark.parametrize(("headers", "name"), [
    ("event_id,loc_id,LocNumber,loss", "LocNumber"), ("event_id,loc_id,loss,Loss", "loss"),
    ("event_id,event_id,loc_id,loss", "event_id")])
def test_a_doubled_column(tmp_path, book, headers, name):
    with pytest.raises(InputError, match=f"row 1, .*: two columns of {name}: keep one"):
        read(tmp_path / "losses.csv", f"{headers}\n1,1,1,1\n", book)
