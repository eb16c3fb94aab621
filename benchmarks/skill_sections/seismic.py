"""Modelled 475-year ground acceleration against the code's, town by town of South China."""

from pathlib import Path
from typing import Any, Final

import numpy as np

from skill_sections.commands import Absent
from skill_sections.table import figure, markdown, picture

FACTOR, WANTED = 1.6, 0.7
CODED: Final = (0.05, 0.10, 0.15, 0.20, 0.30, 0.40)
"""The values that the code knows [g]: nothing below the first, the last stands for all above."""
PROVINCES = {"35": "Fujian (7 and 8 degree)", "44": "Guangdong", "45": "Guangxi", "46": "Hainan",
             "53": "Yunnan", "71": "Taiwan", "81": "Hong Kong", "82": "Macau"}
COLOURS = {"35": "#1b7f79", "44": "#c2571a", "45": "#7a5fa3", "46": "#b0281f", "53": "#2f6db3",
           "71": "#6b6b6b", "81": "#c2571a", "82": "#c2571a"}
REASONS = (
    "Guangdong without its east, Hong Kong, Macau: 0.04-0.05 g against 0.10 (0.15). Between the "
    "Pearl River and Leizhou no list we have has more than Mw 5.7 (1969) in five centuries; the "
    "coastal belt has ten complete main shocks, 0.09 a year of Mw 5.3 and above. The zonation "
    "counts from M 4, draws sources along faults there and takes rates of an active period to "
    "come. A published study has 0.075-0.115 g on bedrock at Hong Kong (GEO Report 65, 1998).",
    "Hainan: Haikou's 0.30 g and its neighbours' 0.20 are the source of the one earthquake of "
    "1605; a smoothed catalogue spreads it over some 200 km, and a sixth of the code is left.",
    "Guangxi and northern Guangdong: two in three towns have 0.05 g, below which the code has "
    "nothing; the model has 0.02-0.04. With the floor they agree at 86 %.",
    "Fujian and eastern Guangdong: agree, since written history counts and is spread by place.",
    "Yunnan, above: the last century was busy (Mojiang, Dayao, Yanjin: 0.3-0.4 g against 0.10) and "
    "is what the rates rest on; the zonation has smaller largest magnitudes outside known faults, "
    "the model one for the plateau. The code's own ground motion gives 1.3 in the median, the "
    "NGA-West2 models 1.5 and 1.7 (Hong & Feng 2019, abstract: newer models 1.35 times those "
    "of the code). Below on the Xiaojiang and Qujiang faults (Xundian, Yiliang, Jianshui), "
    "broken in 1500-1833: written history there is not complete enough to give rates, and as a "
    "pattern it placed the earthquakes of 1980-2023 worse, so it is left out.",
    "Taiwan, above: the code's values of 1990-2010 stop at 0.40 g, which stands for all above; "
    "earthquakes to 50 km depth of the subduction zones count as crustal here.",
)


def towns(images: Path) -> list[str]:
    """Shares within the factor by province, and the reasons where they are few."""
    try:
        found = compared()
        (images / "seismic.svg").write_text(_drawn(found), encoding="utf-8")
    except ImportError as reason:
        raise Absent(str(reason)) from reason
    province = found["province"]
    rows = []
    for code, name in PROVINCES.items():
        of = province == code
        if of.any():
            rows.append([name, int(of.sum()), *_figures(found, of)])
    everywhere = np.full(len(province), True)
    rows.append(["all", len(province), *_figures(found, everywhere)])
    within, floored, rounded = (100.0 * float(np.mean(_near(found[name])))
                                for name in ("ratio", "floored", "rounded"))
    verdict = "reached" if within >= 100.0 * WANTED else "not reached; the reasons below"
    return [f"{len(province)} towns of GB 50011-2010, Appendix A, at site class II. Aim: within a "
            f"factor {FACTOR:g} at {100 * WANTED:.0f} %: {within:.0f} %, {verdict}. The code has "
            "no value below 0.05 g anywhere in China: with that floor under the model too, "
            f"{floored:.0f} %. It has six values, 0.40 g for all above: where the model is taken "
            "to agree with every value that rounds to the code's (half way, ours; the most lenient "
            f"reading), {rounded:.0f} %. "
            "Both are shown side by side in every answer, never averaged; nothing is fitted to "
            "the code.", "",
            *markdown(("", "towns", "within 1.6, %", "with the floor, %", "and rounded, %",
                       "model / code, median", "10 %", "90 %", "code in the band, %"), rows),
            *picture("seismic.svg", "Modelled 475-year PGA against GB 50011-2010, 373 towns"),
            "Why, by region:", "", *(f"- {reason}" for reason in REASONS)]


def compared() -> dict[str, Any]:
    """Return modelled and coded PGA at 475 years, their ratios, place and band of each town."""
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
    band = (found.low[:, 0] <= code) & (code <= found.high[:, 0])
    model = found.level[:, 0]
    every = {"lon": lon, "lat": lat, "code": code, "model": model, "band": band,
             "province": np.array([adcode[:2] for adcode, _, _ in rows]),
             "ratio": model / code, "floored": np.maximum(model, CODED[0]) / code,
             "rounded": _rounded_ratio(np.maximum(model, CODED[0]), code)}
    return {name: values[found.known] for name, values in every.items()}


def _rounded_ratio(model: Any, code: Any) -> Any:
    """Return model over code, 1 for all that rounds to the code's value, else over that edge."""
    edges = np.array([0.0, *(np.array(CODED[:-1]) + np.array(CODED[1:])) / 2.0, np.inf])
    at = np.searchsorted(np.array(CODED) + 1e-6, code)
    below, above = edges[at], edges[at + 1]
    return np.where(model < below, model / np.maximum(below, 1e-9),
                    np.where(model > above, model / above, 1.0))


def _near(ratio: Any) -> Any:
    return (ratio <= FACTOR) & (ratio >= 1.0 / FACTOR)


def _figures(found: dict[str, Any], of: Any) -> list[str]:
    ratio = found["ratio"][of]
    return [*(figure(100.0 * float(np.mean(_near(found[name][of]))), 0)
              for name in ("ratio", "floored", "rounded")),
            *(figure(float(np.quantile(ratio, q)), 2) for q in (0.5, 0.1, 0.9)),
            figure(100.0 * float(np.mean(found["band"][of])), 0)]


def _drawn(found: dict[str, Any]) -> str:
    """Return two plots as one SVG: model against code, and the ratio on the map."""
    from matplotlib.colors import LogNorm

    from riskcloud.geo.coast import land_rings
    from riskcloud.report.charts import MM, in_page_style, to_svg
    from riskcloud.report.palette import load_palette

    @in_page_style
    def draw() -> str:
        from matplotlib.figure import Figure

        page = load_palette().page
        drawn = Figure(figsize=(190 * MM, 84 * MM), layout="constrained")
        left, right = drawn.subplots(1, 2, width_ratios=(1.0, 1.35))
        ends = np.array([0.01, 1.0])
        left.fill_between(ends, ends / FACTOR, ends * FACTOR, color=page["rule"], linewidth=0)
        left.plot(ends, ends, color=page["muted"], linewidth=0.8)
        shift = np.exp(0.04 * np.random.default_rng(1).uniform(-1.0, 1.0, len(found["code"])))
        for code, name in PROVINCES.items():
            of = found["province"] == code
            if code not in ("81", "82"):
                of |= (code == "44") & np.isin(found["province"], ("81", "82"))
                left.scatter((found["code"] * shift)[of], found["model"][of], s=7,
                             color=COLOURS[code], label=name.split(" (")[0], linewidth=0)
        left.set(xscale="log", yscale="log", xlim=(0.04, 0.5), ylim=(0.012, 1.0),
                 xlabel="GB 50011-2010 [g]", ylabel="Modelled [g]")
        left.set_xticks(CODED, [f"{value:.2f}" for value in CODED])
        left.set_yticks([0.02, 0.05, 0.1, 0.2, 0.5], ["0.02", "0.05", "0.10", "0.20", "0.50"])
        left.minorticks_off()
        left.legend(frameon=False, fontsize=6, loc="lower right", ncols=2)
        for ring in land_rings(97.0, 17.5, 122.5, 30.0):
            right.fill(*ring.T, color=page["rule"], linewidth=0)
        dots = right.scatter(found["lon"], found["lat"], c=found["ratio"], s=7, linewidth=0,
                             cmap="RdBu_r", norm=LogNorm(0.25, 4.0))
        right.set(xlim=(97.0, 122.5), ylim=(17.5, 30.0), xticks=[], yticks=[])
        right.set_aspect(1.0 / np.cos(np.radians(23.7)))
        bar = drawn.colorbar(dots, ax=right, shrink=0.7, ticks=[0.25, 0.625, 1.0, 1.6, 4.0])
        bar.ax.set_yticklabels(["0.25", "0.63", "1", "1.6", "4"])
        bar.set_label("model / code")
        bar.minorticks_off()
        return to_svg(drawn)

    return draw()
