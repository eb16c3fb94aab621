"""The run of ``verify wind``: read, compute, write, measured."""

from pathlib import Path
from typing import Any

from riskcloud.analysis.skill.verify import Request, WindSkill, read_inputs, verify_wind
from riskcloud.cli.meter import Meter
from riskcloud.cli.options import check_not_input, told_in
from riskcloud.cli.surface_options import layer_inputs
from riskcloud.cli.terminal import progress
from riskcloud.files import staged
from riskcloud.hazard.typhoon.surface import SurfaceLayers

OUTPUTS = ("manifest.json", "rejected.csv", "scatter.svg", "skill.html", "skill.json",
           "stations.csv")


def run(request: Request, out: Path | None, lang: str) -> tuple[WindSkill, dict[str, Any]]:
    """Return what was found and the figures of the run; write it to ``out`` if given."""
    if out is not None:
        check_not_input([out / name for name in OUTPUTS], [
            request.observed, *request.tracks, *layer_inputs(request.surface or SurfaceLayers())])
    meter = Meter()
    with told_in(lang, whole=True), progress("verify wind") as on_progress:
        with meter.stage("read"):
            inputs = read_inputs(request)
        with meter.stage("compute"):
            skill = verify_wind(request, inputs, on_progress=on_progress)
    if out is not None:
        from riskcloud.report.skill_outputs import write_skill

        with meter.stage("write"), staged(out, outputs=OUTPUTS) as folder:
            write_skill(skill, request, folder, lang=lang, figures=meter.figures())
    return skill, meter.figures()
