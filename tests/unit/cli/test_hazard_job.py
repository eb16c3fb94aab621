"""What ``hazard`` asks for: the class of sites whose file leaves it blank."""

from types import SimpleNamespace

import numpy as np

from riskcloud.cli.hazard_job import _site_class


def test_blank_classes_are_those_of_the_command_line() -> None:
    job, blank = SimpleNamespace(site_class="III"), SimpleNamespace(site_class="")
    file = SimpleNamespace(site_class=np.array(["", "I1"]))
    assert _site_class(job, file).tolist() == ["III", "I1"]  # type: ignore[arg-type]
    assert _site_class(blank, file).tolist() == ["", "I1"]  # type: ignore[arg-type]
    assert _site_class(job, None) == "III" and _site_class(blank, None) is None  # type: ignore[arg-type]
