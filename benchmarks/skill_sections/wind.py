"""Modelled against observed winds: Hong Kong stations, and single gusts elsewhere."""

from functools import cache
from pathlib import Path
from typing import Any

from common import SHARED

from riskcloud.analysis.skill.verify import Request, WindSkill, read_inputs, verify_wind
from riskcloud.report.skill_charts import model_chart, model_name, scatter_chart, station_chart
from riskcloud.report.text import load_text
from skill_sections.commands import Absent
from skill_sections.table import figure, markdown, picture

TRACKS = SHARED / "tropical_cyclones" / "events"
STATIONS = SHARED / "validation" / "station_wind_observations_hk.csv"
NATIVE = SHARED / "verification" / "tracks"
WINDOW = SHARED / "validation" / "station_wind_hato_2017_window_hk.csv"
POINTS = Path(__file__).resolve().parent.parent / "skill_points.csv"
STORMS = ("mangkhut_2018", "hagupit_2008", "nesat_2011")
AGENCIES = (("jtwc", "JTWC"), ("wmo", "WMO (Tokyo)"))
MUST = ("Mangkhut and Hagupit: bias of each storm within 2.5 m/s, RMSE 10 % below that of a "
        "predictor that knows each storm's mean (6.15: below 5.54), station correlation 0.5; aim "
        "bias 1, RMSE 4.5. Nesat: RMSE 5.5, aim 4.5.")


@cache
def run(observed: Path, storms: tuple[str, ...], agency: str, measure: str | None = None,
        ) -> WindSkill:
    """Return the skill of the default model at the stations of a file."""
    request = Request(observed=observed, measure=measure,
                      tracks=tuple(TRACKS / f"{name}_{agency}.csv" for name in storms))
    missing = [path for path in (observed, *request.tracks) if not path.is_file()]
    if missing:
        raise Absent(f"{missing[0].name} is not there")
    return verify_wind(request, read_inputs(request))


def _row(name: str, entry: dict[str, Any]) -> list[str]:
    return [name, str(entry["n"]), figure(entry["mean_observed_m_s"]),
            figure(entry["bias_m_s"], signed=True), figure(entry["rmse_m_s"], 2),
            figure(entry["rmse_storm_mean_m_s"], 2), figure(entry["station_correlation"], 2)]


HEADINGS = ("", "n", "observed m/s", "bias m/s", "RMSE m/s", "RMSE of the storm mean",
            "station correlation")


def _storm_rows(skill: WindSkill, label: str) -> list[list[str]]:
    block = skill.summary["without_hilltops"]
    return [_row(f"{entry['name'].title()} {sid[:4]}, {label}", entry)
            for sid, entry in block["by_storm"].items()]


def gusts(images: Path) -> list[str]:
    """Gusts of three storms by two agencies' tracks, without hilltops."""
    text, rows, models = load_text("en"), [], []
    for agency, label in AGENCIES:
        skill = run(STATIONS, STORMS, agency)
        rows += _storm_rows(skill, label)
        both = run(STATIONS, STORMS[:2], agency).summary["without_hilltops"]
        rows.append(_row(f"Mangkhut and Hagupit, {label}", both["overall"]))
        models += [_row(f"{model_name(name, text)}, {label}", entry)
                   for name, entry in both["by_model"].items()]
    rows += [["CLIMADA 6.1, H10, gust factor 1.23 (of the issue)", "38", "38.5", "-4.2", "7.3",
              "6.15", "0.38, 0.53"],
             ["CLIMADA 6.1, H08, gust factor 1.23 (of the issue)", "38", "38.5", "-8.5", "10.3",
              "6.15", "–"],
             ["CLIMADA 6.1 for Nesat (zero beyond 300 km)", "22", "27.1", "-27", "27", "5.0", "–"]]
    skill = run(STATIONS, STORMS, "jtwc")
    block = skill.summary["without_hilltops"]
    (images / "gusts_scatter.svg").write_text(scatter_chart(skill.table, text), encoding="utf-8")
    (images / "gusts_stations.svg").write_text(station_chart(skill.table, text), encoding="utf-8")
    (images / "gusts_models.svg").write_text(model_chart(block, text), encoding="utf-8")
    exposure = [_row(f"{text.label('skill_exposure', name)}, {label}", entry)
                for agency, label in AGENCIES for name, entry in run(
                    STATIONS, STORMS, agency).summary["without_hilltops"]["by_exposure"].items()]
    every = run(STATIONS, STORMS, "jtwc").summary
    return [
        "Maximum gusts of the Hong Kong Observatory's stations, those on hilltops (ground above "
        f"400 m: {', '.join(every['hilltops']['stations'])}) left out; with them "
        f"({every['n']} values, JTWC) bias {figure(every['bias_m_s'], signed=True)}, RMSE "
        f"{figure(every['rmse_m_s'])}. Required: {MUST}", "",
        *markdown(HEADINGS, rows),
        *picture("gusts_scatter.svg", "Modelled against observed gusts, JTWC tracks"),
        "By wind model, Mangkhut and Hagupit:", "", *markdown(HEADINGS, models),
        *picture("gusts_models.svg", "RMSE and bias by wind model, three storms, JTWC"),
        "By exposure where the modelled wind comes from, three storms:", "",
        *markdown(HEADINGS, exposure),
        *picture("gusts_stations.svg", "Error by station, JTWC tracks"), *_heights(every)]


def _heights(summary: dict[str, Any]) -> list[str]:
    """Return the anemometer heights used and the layers."""
    known = [f"{one['station']} {one['height_m']:g} m" for one in summary["heights"]
             if one["from"] != "default"]
    others = [one["station"] for one in summary["heights"] if one["from"] == "default"]
    layers = [f"{one['layer']}: {'given' if one['given'] else 'default'}, {one['detail']}"
              for one in summary["layers"]]
    return [f"Anemometers above their ground (models/anemometers/hko): {'; '.join(known)}. No "
            f"published height was found for {', '.join(others)}: 10 m. No speed-up by hills. "
            f"Layers: {'; '.join(layers)}."]


def window(images: Path) -> list[str]:
    """Hato's gusts and 10-min means from 08:31 to 09:30."""
    rows = []
    for agency, label in AGENCIES:
        for measure in ("gust_3s", "mean_10min"):
            skill = run(WINDOW, ("hato_2017",), agency, measure)
            rows.append(_row(f"{measure}, {label}",
                             skill.summary["without_hilltops"]["overall"]))
    text = load_text("en")
    (images / "hato_scatter.svg").write_text(
        scatter_chart(run(WINDOW, ("hato_2017",), "jtwc", "gust_3s").table, text),
        encoding="utf-8")
    return ["Maxima between 08:31 and 09:30 on 2017-08-23, three hours before landfall; the "
            "model's are of the same hour.", "", *markdown(HEADINGS, rows),
            *picture("hato_scatter.svg", "Modelled against observed gusts of that hour, JTWC")]


def radii(images: Path) -> list[str]:
    """Gusts by RSMC Tokyo's track without radii (IBTrACS) and with its own."""
    rows = []
    for storm, observed, native in (("mangkhut_2018", STATIONS, "jma_bst_mangkhut_1822.txt"),
                                    ("hato_2017", WINDOW, "jma_bst_hato_1713.txt")):
        if not (NATIVE / native).is_file():
            raise Absent(f"{native} is not there")
        asked = Request(observed=observed, measure="gust_3s", tracks=(NATIVE / native,))
        without = run(observed, (storm,), "wmo", "gust_3s")
        for label, skill in (("no radii: the usual size", without),
                             ("its radii of 30 and 50 kt", verify_wind(asked, read_inputs(asked)))):
            rows.append(_row(f"{storm.replace('_', ' ').title()}, {label}",
                             skill.summary["without_hilltops"]["overall"]))
    return ["By RSMC Tokyo's best track of the two storms whose radii are at hand (Hato in the "
            "hour above). Mangkhut was nearly twice the usual size, so a model of the usual size "
            "should be too weak for it; with its radii it is too strong.", "",
            *markdown(HEADINGS, rows)]


def hourly(images: Path) -> list[str]:
    """Largest hourly means."""
    rows = [row for agency, label in AGENCIES
            for row in _storm_rows(run(STATIONS, STORMS, agency, "mean_1h"), label)]
    return ["The mean feels the ground far more than the gust does: these stations stand among "
            "hills and buildings, the default ground is open country.", "",
            *markdown(HEADINGS, rows)]


def points(images: Path) -> list[str]:
    """Single gusts of event_facts.csv."""
    rows = []
    for agency, label in AGENCIES:
        table = run(POINTS, ("hato_2017", "mangkhut_2018"), agency).table
        rows += [[f"{row['station']}, {row['storm'].title()}, {label}",
                  figure(row["observed_m_s"]), figure(row["modelled_m_s"]),
                  figure(row["error_m_s"], signed=True),
                  figure(row["from_direction_deg"], 0)] for row in table.to_dict("records")]
    return ["Gusts that were reported without a station list. Their places are ours, to some "
            "kilometres (benchmarks/skill_points.csv); ground and anemometer are not known (10 m).",
            "", *markdown(("", "observed m/s", "modelled m/s", "error m/s", "from deg"), rows)]


def unexplained(images: Path) -> list[str]:
    """Parts of the mean square error."""
    rows = []
    for agency, label in AGENCIES:
        shares = run(STATIONS, STORMS, agency).summary["without_hilltops"]["unexplained"]
        total = shares["total_m2_s2"]
        rows.append([label, figure(total), *(figure(100 * shares[name] / total, 0) for name in (
            "storm_m2_s2", "station_m2_s2", "rest_m2_s2")), figure(shares["station_sd_m_s"]),
            str(shares["n_pairs"])])
    return ["Mean square error of the gusts of three storms without hilltops, and what part of it "
            "is the bias of whole storms, what recurs at a station from storm to storm (local "
            "exposure that the model does not know), and neither.", "",
            *markdown(("", "total m²/s²", "storm %", "station %", "rest %",
                       "station s.d. m/s", "pairs"), rows)]
