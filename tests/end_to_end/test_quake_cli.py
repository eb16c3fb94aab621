"""``riskcloud quake`` on the Yunnan sample: files, figures, pages; and what it refuses."""

import csv
import json

import pytest

HOSTILE = "<img src=x onerror=\"window.harmed=1\">"


@pytest.fixture(scope="module")
def ran(riskcloud, samples, tmp_path_factory):
    """Folder, printed answer: two catalogues, English; some clients with hostile names."""
    folder = tmp_path_factory.mktemp("quake")
    with (samples / "yunnan_portfolio.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[::9]:
        row["ClientNumber"] = HOSTILE
    rows[5]["PolNumber"] = "-2+3"
    with (folder / "book.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = riskcloud("quake", folder / "book.csv", "--event", samples / "yangbi_2021_cenc.json",
                     "--event", samples / "yangbi_2021_usgs.json", "--members", 60, "--out",
                     folder / "out", "--lang", "en", "--json", "--coordinates", "WGS84")
    assert done.status == 0, done.err
    return folder, done.json()


def test_yangbi_by_two_catalogues(ran):
    folder, answer = ran
    out = folder / "out"
    assert {path.name for path in out.iterdir()} == {
        "branches.csv", "locations.csv", "locations.parquet", "manifest.json", "map.html",
        "policies.csv", "quake.html", "summary.json"}
    assert {entry["event"]["agency"] for entry in answer["origins"]} == {"CENC", "USGS"}
    assert answer["difference"]["distance_km"] == pytest.approx(15.2, abs=0.2)
    for entry in answer["origins"]:
        loss = entry["totals"][0]["expected_loss"]
        assert 0.0 < loss["q05"] < loss["mean"] < loss["q95"] < entry["totals"][0]["tiv"]
        assert loss["gross_mean"] < loss["mean"]
    # the branch that issued a policy may be far away
    assert "广州分公司" in {entry["branch"] for entry in answer["by_branch"]}
    assert answer["insured_people"] > 0 and answer["n_partly_inside"] > 0
    assert set(answer["timings_s"]) == {"load", "read", "compute", "write"}
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {"portfolio", "event_1", "event_2"}
    assert manifest["settings"]["model_weights"] == {
        "yu_2013": 0.4, "boore_2014": 0.3, "chiou_youngs_2014": 0.3}
    assert {"vulnerability_quake", "ground_motion", "quake"} <= {
        card["kind"] for card in manifest["model_cards"]}


def test_lists_hold_the_figures_and_no_formula(ran):
    folder, answer = ran
    with (folder / "out" / "locations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    inside = [row for row in rows if row["inside"] == "True"]
    assert len(inside) == answer["n_locations"]
    assert sum(float(row["expected_loss"]) for row in inside) == pytest.approx(
        answer["totals"][0]["expected_loss"]["mean"], rel=1e-6)
    with (folder / "out" / "policies.csv").open(encoding="utf-8-sig", newline="") as file:
        policies = list(csv.DictReader(file))
    assert all(not row["policy_id"].startswith(("-", "=", "+", "@")) for row in policies)
    with (folder / "out" / "branches.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["origin"] for row in csv.DictReader(file)} == {"1", "2"}


@pytest.mark.browser
def test_pages_open_without_errors_and_harm(ran, browser):
    folder = ran[0] / "out"
    for name, width in (("quake.html", 390), ("map.html", 1200), ("map.html", 390)):
        page = browser.new_page(viewport={"width": width, "height": 800})
        errors: list[str] = []
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        page.on("console", lambda message, errors=errors: errors.append(message.text)
                if message.type == "error" else None)
        page.on("request", lambda request, errors=errors: errors.append(request.url)
                if not request.url.startswith(("file:", "data:", "blob:")) else None)
        page.goto((folder / name).as_uri())
        page.wait_for_timeout(300)
        assert errors == []
        assert page.evaluate("window.harmed") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if name == "map.html":
            images = "document.querySelectorAll('.leaflet-image-layer').length"
            assert page.evaluate(images) == 1
            assert page.evaluate("window.riskcloudMap.getZoom()") > 6
        page.close()


def test_an_earthquake_by_hand_in_chinese(riskcloud, samples, tmp_path):
    done = riskcloud("quake", samples / "yunnan_portfolio.csv", "--lon", 99.87, "--lat", 25.67,
                     "--depth-km", 8, "--magnitude", 6.4, "--time", "2021-05-21T21:48+08:00",
                     "--radius-km", 30, "--model", "yu_2013", "--members", 20, "--out",
                     tmp_path / "o", "--lang", "zh")
    assert done.status == 0, done.err
    assert "30 千米内：" in done.out and "大理分公司" in done.out
    page = (tmp_path / "o" / "quake.html").read_text(encoding="utf-8")
    assert "俞言祥等 2013 (100%)" in page and "未知，按点源计算" in page
    summary = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"))
    assert summary["difference"] is None and summary["radius_km"] == 30.0
    assert summary["at_utc"] == "2021-05-21T13:48:00Z"


def test_an_id_of_one_catalogue_finds_the_same_earthquake_in_the_other(tmp_path, samples):
    from riskcloud.cli.quake_job import Asked, read_origins
    from riskcloud.errors import NotFoundError

    usgs = samples / "yangbi_2021_usgs.json"
    several = tmp_path / "several.json"
    one = json.loads((samples / "yangbi_2021_cenc.json").read_text(encoding="utf-8"))
    before = {**one, "event_id": "before", "time": "2021-05-21T20:00:00+08:00", "magnitude": 4.5}
    several.write_text(json.dumps([before, {**one, "event_id": "main"}]), encoding="utf-8")
    for files in ((usgs, several), (several, usgs)):
        origins, _ = read_origins(Asked(files, "main", None, {}), None)
        assert {event.agency for event, _ in origins} == {"CENC", "USGS"}
    for name in ("before", "nothing"):
        with pytest.raises(NotFoundError, match=f"no event '{name}'"):
            read_origins(Asked((several, usgs), name, None, {}), None)


def test_different_earthquakes_are_refused(riskcloud, samples, tmp_path):
    other = tmp_path / "other.json"
    event = json.loads((samples / "yangbi_2021_usgs.json").read_text(encoding="utf-8"))
    other.write_text(json.dumps(event | {"time": "2021-05-21T14:31:12Z"}), encoding="utf-8")
    done = riskcloud("quake", samples / "yunnan_portfolio.csv", "--event",
                     samples / "yangbi_2021_cenc.json", "--event", other, "--out", tmp_path / "o")
    assert done.status == 2 and "error: 是两次地震：" in done.err
    assert not (tmp_path / "o").exists()


def test_nobody_near_is_a_page_too(riskcloud, samples, tmp_path):
    done = riskcloud("quake", samples / "yunnan_portfolio.csv", "--lon", 99.0, "--lat", 27.5,
                     "--depth-km", 8, "--magnitude", 5, "--time", "2021-05-21T13:48Z",
                     "--radius-km", 1, "--members", 10, "--out", tmp_path / "o", "--lang", "en")
    assert done.status == 0, done.err
    assert "Within 1 km: no policy in force." in done.out
    page = (tmp_path / "o" / "quake.html").read_text(encoding="utf-8")
    assert "No policy in force has a location within 1 km of the epicentre." in page
    assert (tmp_path / "o" / "policies.csv").read_text(encoding="utf-8-sig").startswith("policy_id")


def test_page_says_whose_intensity_is_shown_and_what_the_event_file_remarks(ran):
    page = (ran[0] / "out" / "quake.html").read_text(encoding="utf-8")
    assert "are those of Yu et al. 2013" in page and "Losses are computed with all models." in page
    assert "strike, dip and rake are placeholders" in page
    first = ran[1]["origins"][0]
    area = {entry["degree"]: entry["area_at_least_km2"] for entry in first["intensity"]}
    assert 3300 < area[6] < 13200 and 550 < area[7] < 2200 and 57 < area[8] < 510


@pytest.mark.parametrize(("arguments", "words"), [
    (("--lon", 99.9, "--lat", 25.7), "missing: --depth-km --magnitude"),
    (("--event", "x.json", "--model", "guess"), "--model"),
    (("--lon", 99.9, "--lat", 25.7, "--depth-km", 8, "--magnitude", 6, "--uncertainty", "u.xml"),
     "--uncertainty belongs to a ShakeMap grid"),
])
def test_wrong_usage(riskcloud, samples, arguments, words):
    done = riskcloud("quake", samples / "yunnan_portfolio.csv", *arguments)
    assert done.status == 64 and words in done.err.replace("\n", " ").replace("│", "")


@pytest.mark.parametrize(("lon", "lat", "depth"), [(0, 90, 8), (180, -89, 8), (142, 38, 600)])
def test_anywhere_on_earth_is_an_answer(riskcloud, samples, tmp_path, lon, lat, depth):
    done = riskcloud("quake", samples / "yunnan_portfolio.csv", "--lon", lon, "--lat", lat,
                     "--depth-km", depth, "--magnitude", 8.5, "--time", "2021-05-21T13:48Z",
                     "--members", 2, "--out", tmp_path / "o", "--lang", "en")
    assert done.status == 0, done.err
    assert "Within 50 km: no policy in force." in done.out
    assert "RuntimeWarning" not in done.err


@pytest.mark.parametrize(("arguments", "words"), [
    (("--lon", 99.9, "--lat", 25.7, "--depth-km", 8000, "--magnitude", 6), "depth_km"),
])
def test_bad_input(riskcloud, samples, tmp_path, arguments, words):
    done = riskcloud("quake", samples / "yunnan_portfolio.csv", *arguments, "--out",
                     tmp_path / "o")
    assert done.status == 2 and words in done.err, done.err
