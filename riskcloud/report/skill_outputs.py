"""The files of ``verify wind``: stations.csv, skill.json, scatter.svg, the page, the manifest."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskcloud.analysis.manifest import make_manifest
from riskcloud.analysis.skill.verify import Request, WindSkill
from riskcloud.files import write_json, write_text
from riskcloud.hazard.typhoon.surface import SurfaceLayers
from riskcloud.report.outputs import defused_table
from riskcloud.report.skill import render_skill
from riskcloud.report.skill_charts import scatter_chart
from riskcloud.report.text import load_text

CARDS = (("wind", "default"), ("wind_averaging", "harper_2010"), ("anemometers", "hko"),
         ("surface", "default"))


def write_skill(skill: WindSkill, request: Request, folder: Path, *, lang: str,
                figures: Mapping[str, Any]) -> None:
    """Write all files of a run to a folder."""
    text = load_text(lang)
    table = skill.table.copy()
    for name in table.select_dtypes("float").columns:
        table[name] = table[name].round(3)
    defused_table(table).to_csv(folder / "stations.csv", index=False, encoding="utf-8-sig",
                                date_format="%Y-%m-%dT%H:%M:%SZ")
    write_json({**skill.summary, **figures}, folder / "skill.json")
    scatter = scatter_chart(skill.table, text)
    write_text(folder / "scatter.svg", scatter)
    write_text(folder / "skill.html", render_skill(skill, request.observed, scatter, text))
    inputs = {"observed": request.observed,
              **{f"track_{k + 1}": path for k, path in enumerate(request.tracks)}}
    layers = request.surface or SurfaceLayers()
    if layers.land_cover is not None:
        inputs["land_cover"] = layers.land_cover
    inputs |= {f"dem_{k + 1}": path for k, path in enumerate(layers.dem)}
    settings = {
        "measure": skill.summary["measure"], "agency": request.agency,
        "wind_model_weights": skill.summary["wind_model_weights"],
        "land_cover_scheme": layers.land_cover_scheme, "terrain": layers.terrain,
        "height_m": request.height_m, "exclude": list(request.exclude),
        "skip_bad": request.skip_bad, "lang": lang,
    }
    write_json(make_manifest(inputs=inputs, cards=CARDS, settings=settings),
               folder / "manifest.json")
