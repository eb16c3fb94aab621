"""Makes aggregate_values.csv: what the package aggregate finds of compound distributions.

Run by hand, where aggregate is installed (never in the project's own environment):

    python3 -m venv /tmp/oracle && /tmp/oracle/bin/pip install aggregate==0.30.1
    /tmp/oracle/bin/python tests/verification/loss/make_aggregate_values.py

Each case is a sentence of aggregate's own language: expected number of claims, severity, layer
by event (``occurrence ceded to``), number of claims (``poisson``; ``mixed gamma c``: Poisson with a
rate of coefficient of variation c, a negative binomial number), layer a year (``aggregate ceded
to``).
"""

import csv
import logging
import platform
import warnings
from importlib.metadata import version
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

from aggregate import build  # noqa: E402

PERIODS = (5, 10, 20, 50, 100, 250)
EVENTS = "dsev [10 20 50 100 200] [.4 .3 .15 .1 .05]"
DISCRETE, FINE = (10.0, 12), (1.0 / 64.0, 18)  # step, and the power of two of points
CASES = {
    "discrete_poisson": (f"0.5 claims {EVENTS} poisson", DISCRETE),
    "discrete_negative_binomial": (f"0.5 claims {EVENTS} mixed gamma 0.8", DISCRETE),
    "discrete_often_negative_binomial": (f"6 claims {EVENTS} mixed gamma 0.5", DISCRETE),
    "lognormal_poisson": ("3 claims sev lognorm 10 cv 1.2 poisson", FINE),
    "lognormal_negative_binomial": ("3 claims sev lognorm 10 cv 1.2 mixed gamma 0.6", FINE),
    "lognormal_heavy_rare": ("0.2 claims sev lognorm 10 cv 2.5 poisson", (0.25, 18)),
    "gamma_poisson": ("3 claims sev gamma 10 cv 0.7 poisson", FINE),
    "gamma_negative_binomial": ("12 claims sev gamma 10 cv 1.5 mixed gamma 0.4", FINE),
    "discrete_layer": (f"0.5 claims {EVENTS} occurrence ceded to 100 xs 50 poisson", DISCRETE),
    "discrete_layer_negative_binomial": (
        f"0.5 claims {EVENTS} occurrence ceded to 100 xs 50 mixed gamma 0.8", DISCRETE),
    "discrete_layer_of_one_limit": (
        f"0.5 claims {EVENTS} occurrence ceded to 100 xs 50 poisson aggregate ceded to 100 xs 0",
        DISCRETE),
    "discrete_layer_of_two_limits_negative_binomial": (
        f"0.5 claims {EVENTS} occurrence ceded to 100 xs 50 mixed gamma 0.8 "
        "aggregate ceded to 200 xs 0", DISCRETE),
    "discrete_stop_loss": (f"6 claims {EVENTS} mixed gamma 0.5 aggregate ceded to 150 xs 250",
                           DISCRETE),
    "discrete_layer_and_aggregate": (
        f"6 claims {EVENTS} occurrence ceded to 80 xs 20 poisson aggregate ceded to 120 xs 100",
        DISCRETE),
    "lognormal_layer": ("3 claims sev lognorm 10 cv 1.2 occurrence ceded to 30 xs 20 poisson",
                        FINE),
    "lognormal_layer_and_aggregate": (
        "3 claims sev lognorm 10 cv 1.2 occurrence ceded to 30 xs 20 mixed gamma 0.6 "
        "aggregate ceded to 60 xs 15", FINE),
    "gamma_layer_and_aggregate": (
        "12 claims sev gamma 10 cv 1.5 occurrence ceded to 25 xs 15 poisson "
        "aggregate ceded to 100 xs 50", FINE),
}
HEADER = """\
# What aggregate {version} (S. Mildenhall, PyPI, BSD-3) finds of compound distributions.
# Made by: pip install aggregate=={version}; python tests/verification/loss/make_aggregate_values.py
# Python {python}, numpy {numpy}, scipy {scipy}, pandas {pandas}
# Each row: agg NAME DECLARATION, built with bs=step, log2=log2; its mean, sd, chance of more
# than 0, chance of the largest value (of a capped year), quantiles q_T, tail means tvar_T, 1 - 1/T.
"""


def found(name: str) -> dict[str, object]:
    """Return a row of the file."""
    words, (step, log2) = CASES[name]
    made = build(f"agg {name.replace('_', '.')} {words}", bs=step, log2=log2)
    limit = words.split("aggregate ceded to ")[1].split(" ")[0] if "aggregate" in words else ""
    row = {"case": name, "declaration": words, "step": step, "log2": log2,
           "mean": made.est_m, "sd": made.est_sd, "attaches": 1.0 - made.cdf(0.0),
           "exhausts": 1.0 - made.cdf(float(limit) - step) if limit else ""}
    return row | {f"q_{t}": made.q(1.0 - 1.0 / t) for t in PERIODS} | {
        f"tvar_{t}": made.tvar(1.0 - 1.0 / t) for t in PERIODS}


def main() -> None:
    """Write aggregate_values.csv beside this file."""
    rows = [{name: float(f"{cell:.10g}") if isinstance(cell, float) else cell
             for name, cell in found(case).items()} for case in CASES]
    path = Path(__file__).with_name("aggregate_values.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER.format(python=platform.python_version(), **{
            name if name != "aggregate" else "version": version(name)
            for name in ("aggregate", "numpy", "scipy", "pandas")}))
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
