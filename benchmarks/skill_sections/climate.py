"""50-year winds of the event sets against the basic winds of GB 50009."""

from pathlib import Path
from typing import Any

from common import SHARED

from skill_sections.commands import Absent
from skill_sections.events import made
from skill_sections.table import figure, markdown, picture

CODE = SHARED / "design_codes"


def section(images: Path) -> list[str]:
    """Stations of GB 50009: shares that agree, bias, and each on the coast."""
    try:
        from riskcloud.analysis.climate_code import code_skill, compare_with_code, read_code
        from riskcloud.hazard.events import read_events
    except ImportError as error:
        raise Absent("riskcloud climate map is not there") from error
    tables = sorted(CODE.glob("*50009*wind*.csv")) or sorted(CODE.glob("*50009*.csv"))
    if not tables:
        raise Absent("the table of GB 50009 is not there")
    stations, rows, lines = read_code(tables[0]), [], []
    for method, (folder, _) in made().items():
        found = code_skill(read_events(folder), stations)
        verdict = compare_with_code(found)
        for group in ("coast", "elsewhere"):
            one = verdict[group]
            rows.append([f"{method}, {group}", str(one["n"]), *(
                figure(one.get(name), digits, signed=signed) for name, digits, signed in (
                    ("bias_m_s", 1, True), ("rmse_m_s", 1, False))),
                *(figure(None if one.get(name) is None else 100.0 * one[name], 0)
                  for name in ("mean_bias", "share_agreeing")),
                "yes" if one.get("passes") else "no"])
        name = f"code_{method}.svg"
        (images / name).write_text(_scatter(found), encoding="utf-8")
        lines += [*picture(name, f"Modelled 50-year winds against GB 50009, {method}"),
                  *_coast(method, found)]
    return ["10-min mean at 10 m over open country (terrain B), return period 50 years. Coast: "
            "w0(50) of at least 0.45 kPa within 100 km of the sea, islands by their own "
            "coordinates; required 70 % within 15 % (aim 85 %) and a mean within 7 %. Elsewhere "
            "other winds than typhoons may rule: required not more than 10 % above the code at "
            "90 %.", "", *markdown(("", "n", "bias m/s", "RMSE m/s", "mean bias %",
                                    "stations agreeing %", "passes"), rows), *lines]


def _coast(method: str, found: Any) -> list[str]:
    here = found[(found["group"] == "coast") & (found["return_period_yr"] == 50.0)]
    rows = [[f"{row['station']} {row['region']}".strip(), figure(row["code_m_s"]),
             f"{figure(row['model_m_s'])} ({figure(row['model_low_m_s'])}-"
             f"{figure(row['model_high_m_s'])})", figure(row["ratio"], 2)]
            for row in here.sort_values("lon").to_dict("records")]
    return [f"Stations of the coast, {method}:", "",
            *markdown(("station", "code m/s", "model m/s (band)", "ratio"), rows)]


def _scatter(found: Any) -> str:
    from riskcloud.report.charts import in_page_style, new_figure, to_svg
    from riskcloud.report.palette import load_palette

    @in_page_style
    def draw() -> str:
        page = load_palette().page
        here = found[found["return_period_yr"] == 50.0]
        drawn, axes = new_figure(120, 112)
        top = 1.05 * float(max(here["code_m_s"].max(), here["model_m_s"].max()))
        axes.fill_between([0.0, top], [0.0, 0.85 * top], [0.0, 1.15 * top], color=page["rule"],
                          linewidth=0)
        for group, colour in (("elsewhere", page["muted"]), ("coast", page["accent"])):
            part = here[here["group"] == group]
            axes.scatter(part["code_m_s"], part["model_m_s"], s=16, color=colour, label=group,
                         zorder=3)
        axes.plot([0.0, top], [0.0, top], color=page["muted"], linewidth=0.8)
        axes.set_xlim(0.0, top)
        axes.set_ylim(0.0, top)
        axes.set_aspect("equal")
        axes.set_xlabel("GB 50009 [m/s]")
        axes.set_ylabel("Modelled [m/s]")
        axes.legend(frameon=False, loc="upper left")
        return to_svg(drawn)

    return draw()
