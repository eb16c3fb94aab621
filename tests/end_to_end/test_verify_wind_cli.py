"""``riskcloud verify wind`` on a storm whose winds are known, what it writes, what it refuses."""

import csv
import json

import numpy as np
import pytest

HOSTILE = "<img src=x onerror=\"window.harmed=1\">"
SID = "2017232N19130"
STATIONS = (("Alpha", 114.2, 22.2, 5), ("Beta", 113.6, 22.1, 3), (HOSTILE, 114.0, 22.5, 30),
            ("=1+2", 113.9, 22.3, 700))


@pytest.fixture(scope="module")
def case(riskcloud, samples, tmp_path_factory):
    """Folder: Hato's track, and observations that are the model's own winds plus 3 m/s."""
    folder = tmp_path_factory.mktemp("verify")
    lines = (samples / "hato_2017.csv").read_text(encoding="utf-8").splitlines()
    (folder / "track.csv").write_text("\n".join(lines), encoding="utf-8")
    first = observations(folder / "first.csv", [30.0] * len(STATIONS))
    ran = riskcloud("verify", "wind", "--track", folder / "track.csv", "--observed", first,
                    "--out", folder / "first", "--json")
    assert ran.status == 0, ran.err
    with (folder / "first" / "stations.csv").open(encoding="utf-8-sig", newline="") as file:
        modelled = [float(row["modelled_m_s"]) for row in csv.DictReader(file)]
    observations(folder / "observed.csv", [speed + 3.0 for speed in modelled])
    return folder, modelled


def observations(path, gusts, *, head="station,lon,lat,station_elev_m,max_gust_ms,comment"):
    rows = [(name, lon, lat, height, f"{gust:.6f}", "kept")
            for (name, lon, lat, height), gust in zip(STATIONS, gusts, strict=True)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head.split(","))
        writer.writerows(rows)
    return path


def test_the_answer_of_a_known_case(riskcloud, case):
    folder, modelled = case
    ran = riskcloud("verify", "wind", "--track", folder / "track.csv", "--observed",
                    folder / "observed.csv", "--json")
    assert ran.status == 0, ran.err
    answer = ran.json()
    assert answer["n"] == len(STATIONS) and answer["bias_m_s"] == pytest.approx(-3.0, abs=1e-3)
    assert answer["rmse_m_s"] == pytest.approx(3.0, abs=1e-3)
    assert answer["overall"]["station_correlation"] == pytest.approx(1.0, abs=1e-6)
    assert answer["overall"]["rmse_storm_mean_m_s"] == pytest.approx(np.std(modelled), abs=1e-3)
    (storm,) = answer["by_storm"].values()
    assert storm["bias_m_s"] == pytest.approx(-3.0, abs=1e-3)
    assert answer["by_model"]["weighted_mean"]["rmse_m_s"] == answer["rmse_m_s"]
    assert set(answer["by_model"]) == {*answer["wind_model_weights"], "weighted_mean"}
    assert answer["by_station"]["Alpha"]["bias_m_s"] == pytest.approx(-3.0, abs=1e-3)
    # 700 m of ground is a hilltop: in the whole, not in the part without
    assert answer["hilltops"]["stations"] == ["=1+2"]
    assert answer["without_hilltops"]["overall"]["n"] == len(STATIONS) - 1
    assert answer["unexplained"]["storm_m2_s2"] == pytest.approx(9.0, abs=0.01)
    assert {"layers", "heights", "notes", "timings_s", "peak_memory_mb"} <= set(answer)


def test_one_model_is_the_answer_of_that_model(riskcloud, case):
    folder, _ = case
    common = ("verify", "wind", "--track", folder / "track.csv", "--observed",
              folder / "observed.csv", "--json")
    every, one = riskcloud(*common).json(), riskcloud(*common, "--model", "holland_2010").json()
    assert one["bias_m_s"] == pytest.approx(every["by_model"]["holland_2010"]["bias_m_s"])
    assert one["wind_model_weights"] == {"holland_2010": 1.0}
    means = sum(every["wind_model_weights"][name] * every["by_model"][name]["mean_modelled_m_s"]
                for name in every["wind_model_weights"])
    assert means == pytest.approx(every["overall"]["mean_modelled_m_s"])


def test_files_hold_the_figures_no_formula_and_the_extra_columns(riskcloud, case):
    folder, _ = case
    ran = riskcloud("verify", "wind", folder / "track.csv", "--observed", folder / "observed.csv",
                    "--out", folder / "out", "--lang", "en")
    assert ran.status == 0, ran.err
    assert "mean error (model − observed) −3.0 m/s" in ran.out
    out = folder / "out"
    assert {path.name for path in out.iterdir()} == {
        "manifest.json", "scatter.svg", "skill.html", "skill.json", "stations.csv"}
    with (out / "stations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["comment"] for row in rows} == {"kept"}
    assert [row["station"] for row in rows][-1] == "'=1+2"
    answer = json.loads((out / "skill.json").read_text(encoding="utf-8"))
    assert answer["bias_m_s"] == pytest.approx(
        np.mean([float(row["error_m_s"]) for row in rows]), abs=1e-3)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {"observed", "track_1"}


def test_hilltops_alone_are_told_as_they_are(riskcloud, case):
    folder, _ = case
    for lang in ("zh", "en"):
        ran = riskcloud("verify", "wind", "--track", folder / "track.csv", "--observed",
                        folder / "observed.csv", "--out", folder / f"hills-{lang}", "--lang", lang,
                        *(word for name, *_ in STATIONS[:-1] for word in ("--exclude", name)))
        assert ran.status == 0, ran.err
    answer = json.loads((folder / "hills-en" / "skill.json").read_text(encoding="utf-8"))
    assert answer["n"] == 1 and answer["without_hilltops"]["overall"]["n"] == 0
    assert answer["without_hilltops"]["overall"]["bias_m_s"] is None


def test_exclude_by_name_and_measure(riskcloud, case):
    folder, _ = case
    common = ("verify", "wind", "--track", folder / "track.csv", "--observed",
              folder / "observed.csv")
    ran = riskcloud(*common, "--exclude", "alpha", "--exclude", "=1+2", "--json")
    answer = ran.json()
    assert answer["n"] == 2 and answer["n_excluded"] == 2
    assert answer["excluded"] == ["=1+2", "Alpha"]
    ran = riskcloud(*common, "--exclude", "Nowhere", "--lang", "en")
    assert ran.status == 2 and "no station 'Nowhere'; known: " in ran.err
    ran = riskcloud(*common, "--measure", "mean_10min", "--lang", "zh")
    assert ran.status == 2 and "没有 mean_10min 观测；有 gust_3s" in ran.err


def test_an_hourly_mean_is_less_than_a_ten_minute_mean(riskcloud, case, tmp_path):
    folder, _ = case
    answers = {}
    for name, column in (("mean_10min", "max_10min_mean_ms"), ("mean_1h", "max_hourly_mean_ms")):
        path = observations(tmp_path / f"{name}.csv", [20.0] * len(STATIONS),
                            head=f"station,lon,lat,station_elev_m,{column},comment")
        answers[name] = riskcloud("verify", "wind", "--track", folder / "track.csv", "--observed",
                                  path, "--json").json()
        assert answers[name]["measure"] == name
    ratio = (answers["mean_1h"]["overall"]["mean_modelled_m_s"]
             / answers["mean_10min"]["overall"]["mean_modelled_m_s"])
    assert 0.94 < ratio < 0.96  # G(3, 600) / G(3, 3600) of Harper et al. (2010)


def test_bad_input_is_refused_or_set_aside(riskcloud, case, tmp_path):
    folder, _ = case
    path = tmp_path / "observed.csv"
    path.write_text("station,lon,lat,gust_ms\nA,114.2,22.2,30\nB,114.1,22.2,fast\n",
                    encoding="utf-8")
    common = ("verify", "wind", "--track", folder / "track.csv", "--observed", path)
    ran = riskcloud(*common, "--lang", "zh")
    assert ran.status == 2 and "row 3, gust_ms = 'fast': 应为数字或留空" in ran.err
    ran = riskcloud(*common, "--skip-bad", "--out", tmp_path / "out", "--json")
    assert ran.status == 3 and ran.json()["n_rejected"] == 1
    assert "gust_ms" in (tmp_path / "out" / "rejected.csv").read_text(encoding="utf-8-sig")
    path.write_text("station,lon,lat,gust\nA,114.2,22.2,30\n", encoding="utf-8")
    ran = riskcloud(*common, "--lang", "en")
    assert ran.status == 2 and "gust = '': no unit anywhere: say it in the column's name" in ran.err
    assert riskcloud("verify", "wind", "--observed", path).status == 64
    assert riskcloud("verify", "wind", "--track", folder / "track.csv").status == 64
    assert riskcloud(*common, "--measure", "gust").status == 64
    assert riskcloud(*common, "--model", "holland").status == 64


@pytest.mark.browser
def test_the_page_opens_without_errors_and_harm(riskcloud, case, browser):
    folder, _ = case
    for lang in ("zh", "en"):
        ran = riskcloud("verify", "wind", "--track", folder / "track.csv", "--observed",
                        folder / "observed.csv", "--out", folder / lang, "--lang", lang, "--json")
        assert ran.status == 0, ran.err
        page = browser.new_page(viewport={"width": 390, "height": 800})
        errors: list[str] = []
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        page.on("console", lambda message, errors=errors: errors.append(message.text)
                if message.type == "error" else None)
        page.on("request", lambda request, errors=errors: errors.append(request.url)
                if not request.url.startswith(("file:", "data:")) else None)
        page.goto((folder / lang / "skill.html").as_uri())
        assert not errors and page.evaluate("window.harmed") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 391
        assert page.evaluate("[...document.images].every(one => one.naturalWidth > 100)")
        page.close()
