"""A forecast of a handful of assets, through all steps."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError, NotFoundError

pytestmark = pytest.mark.usefixtures("coarse_picture")


def test_expired_policies_are_left_out_and_counted(small_forecast):
    result = small_forecast
    assert result.losses["loc_id"].tolist() == ["T1", "T2", "B1", "B3"]
    assert result.summary["portfolio"]["n_not_in_force"] == 1
    far = result.losses.set_index("loc_id").loc["B3"]
    assert far["mean"] == 0.0 and far["gust_3s_m_s"] < 8.0
    assert str(far["time_utc"]) == "NaT"


def test_a_wind_above_a_curves_range_is_noted(small_forecast):
    result = small_forecast
    notes = result.summary["portfolio"]["notes"]
    # T2 is designed for 8 m/s: the gust is several times its design gust
    assert any("beyond its valid range" in note and "tower_ratio" in note for note in notes)
    assert any("超出其适用范围" in note for note in result.summary["portfolio"]["notes_zh"])


def test_totals_are_the_sum_of_the_assets(small_forecast):
    result = small_forecast
    (total,) = result.summary["total"]
    assert total["mean"] == pytest.approx(result.losses["mean"].sum(), rel=1e-12)
    assert sum(row["mean"] for row in result.summary["by_client"]) == pytest.approx(total["mean"])
    shares = [part["variance_share"] for part in result.summary["band_split"]]
    assert sum(shares) == pytest.approx(1.0)


def test_order_of_rows_changes_nothing(book, run, small_forecast):
    whole = small_forecast
    turned = replace(book, table=book.table.iloc[::-1].reset_index(drop=True))
    again = run(turned)
    for name in ("mean", "q95", "sd"):
        np.testing.assert_array_equal(again.losses[name].to_numpy()[::-1],
                                      whole.losses[name].to_numpy())


def test_chosen_models_share_the_realisations(book, run):
    result = run(book, wind_models=("H08", "ER11"))
    models = result.summary["wind_models"]
    assert [(m["model"], m["n_members"]) for m in models] == [
        ("holland_2008", 30), ("emanuel_rotunno_2011", 30)]
    with pytest.raises(NotFoundError, match="no wind model 'H99'"):
        run(book, wind_models=("H99",))


def test_no_location_is_an_error(book, run):
    with pytest.raises(InputError, match="no location"):
        run(book.select(np.zeros(len(book), bool)))
