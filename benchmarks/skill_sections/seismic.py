"""Modelled 475-year ground acceleration against the code's, town by town of South China."""

from pathlib import Path
from typing import Any

import numpy as np

from skill_sections.commands import Absent
from skill_sections.table import figure, markdown

FACTOR, WANTED = 1.6, 0.7
PROVINCES = {"35": "Fujian (7 and 8 degree)", "44": "Guangdong", "45": "Guangxi", "46": "Hainan",
             "53": "Yunnan", "71": "Taiwan", "81": "Hong Kong", "82": "Macau"}
REASONS = (
    "Coast and interior of South China, below the code: the shipped catalogues have eleven "
    "complete main shocks of Mw 5.3 and above in the south-east coastal zone and eight in the "
    "interior. The national zonation rests on smaller ones (from M 4) over centuries, on "
    "source zones drawn along faults about the earthquakes of 1600, 1604, 1605 and 1918, and "
    "on rates of an active period to come; and the code has no value below 0.05 g.",
    "Yunnan, both ways: the model is high where the last century was busy (Zhaotong, Dayao, "
    "Pu'er), with one largest magnitude for the whole plateau where the zonation has 6.5 or 7 "
    "outside the known faults; low on the Xiaojiang and Qujiang faults (Xundian, Yiliang, "
    "Jianshui), broken in 1500, 1733 and 1833, before the catalogues.",
    "Taiwan, above: the code's values of 1990-2010 stop at 0.40 g; earthquakes to 50 km depth "
    "of the subduction zones count as crustal here, which brings them nearer.",
)


def towns(images: Path) -> list[str]:
    """Shares within the factor by province, and the reasons where they are few."""
    try:
        found = compared()
    except ImportError as reason:
        raise Absent(str(reason)) from reason
    ratio, province = found["ratio"], found["province"]
    rows = []
    for code, name in PROVINCES.items():
        of = province == code
        if of.any():
            rows.append([name, int(of.sum()), *_figures(found, of)])
    rows.append(["all", len(ratio), *_figures(found, np.full(len(ratio), True))])
    within = float(np.mean(_near(ratio)))
    verdict = "reached" if within >= WANTED else "not reached"
    return [f"{len(ratio)} towns of GB 50011-2010, Appendix A, at site class II. Aim: within a "
            f"factor {FACTOR:g} at {100 * WANTED:.0f} %: {verdict} ({100 * within:.0f} %). The two "
            "are shown side by side in every answer, never averaged.", "",
            *markdown(("", "towns", "within 1.6, %", "model / code, median", "10 %", "90 %",
                       "code in the band, %"), rows), "",
            "Why, by region:", "", *(f"- {reason}" for reason in REASONS)]


def compared() -> dict[str, Any]:
    """Return ratio of modelled to coded PGA at 475 years, province and band of each town."""
    from riskcloud.catalog import load_card
    from riskcloud.geo.geocode.gazetteer import load_gazetteer
    from riskcloud.hazard.earthquake.place import place_pga

    gazetteer = load_gazetteer()
    rows = [(row["adcode"], gazetteer.by_code[row["adcode"]], float(row["pga_g"]))
            for row in load_card("code_seismic", "gb50011_2010").rows("pga.csv")]
    rows = [row for row in rows if gazetteer.lon[row[1]] is not None]
    lon, lat = (np.array([part[unit] for _, unit, _ in rows], float)
                for part in (gazetteer.lon, gazetteer.lat))
    code = np.array([pga for _, _, pga in rows])
    found = place_pga(lon, lat, periods=(475.0,), site_class="II")
    good = found.known
    band = (found.low[:, 0] <= code) & (code <= found.high[:, 0])
    return {"ratio": (found.level[:, 0] / code)[good], "band": band[good],
            "province": np.array([adcode[:2] for adcode, _, _ in rows])[good]}


def _near(ratio: Any) -> Any:
    return (ratio <= FACTOR) & (ratio >= 1.0 / FACTOR)


def _figures(found: dict[str, Any], of: Any) -> list[str]:
    ratio = found["ratio"][of]
    return [figure(100.0 * float(np.mean(_near(ratio))), 0),
            *(figure(float(np.quantile(ratio, q)), 2) for q in (0.5, 0.1, 0.9)),
            figure(100.0 * float(np.mean(found["band"][of])), 0)]
