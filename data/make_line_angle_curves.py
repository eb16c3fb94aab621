"""Make the curves of towers and poles whose line lies at any angle to the strongest wind.

A design wind blows across the line. Its load on conductors goes with sin^2 of the angle between
wind and line (GB 50545-2010, 10.1.18; GB 50061-2010 has the same): most lines meet less. Run by
hand: python data/make_line_angle_curves.py
"""

import tomllib
from pathlib import Path

import numpy as np
from scipy.stats import norm

ROOT = Path(__file__).resolve().parent.parent / "models" / "vulnerability"
SWEEP_DEG = 20.0
"""While the wind stays near its maximum it turns by this to either side (ours: half the turn that
an eye passing at two radii of maximum wind brings within the hour about the maximum)."""
CONDUCTOR_SHARE = {"tower": 0.6, "pole": 0.8}
"""Of the overturning moment at wind across the line, what conductors and wires bring (ours, from
areas: 220 kV, two circuits of twin 27 mm on 350 m at 30 m against a body of 50 m2 at 20 m; 10 kV,
three of 18 mm on 60 m at 10 m against a pole of 0.25 m by 10 m)."""
MADE = {"tower_ratio_suspension": "tower", "tower_ratio_strainer": "tower",
        "pole_concrete_ratio": "pole", "pole_concrete_gust": "pole"}


def wind_factor(share: float) -> np.ndarray:
    """Wind across a line that loads it like the wind given, by angle: one value a degree."""
    off = np.radians(np.clip(np.abs(np.arange(-89.5, 90.0)) - SWEEP_DEG, 0.0, None))
    return np.sqrt(1.0 - share * np.sin(off) ** 2)


def nodes(name: str, share: float) -> list[tuple[str, float, float]]:
    """(state, intensity, probability) of a curve, averaged over the angle."""
    found = []
    for line in (ROOT / name / "curve.csv").read_text(encoding="utf-8").splitlines():
        state, form, parameters, *_ = [*line.split(","), "", ""]
        if form != "lognormal":
            continue
        given = dict(pair.split("=") for pair in parameters.split())
        median, beta = float(given["median"]), float(given["beta"])
        x = median * np.exp(np.linspace(-5.5 * beta, 4.5 * beta + 0.6, 151))
        p = norm.cdf(np.log(np.outer(x, wind_factor(share)) / median) / beta).mean(axis=1)
        found += [(state, 0.5 * float(x[0]), 0.0)] + [
            (state, float(a), float(b)) for a, b in zip(x, p, strict=True)]
    return found


def main() -> None:
    """Write curve.csv and nodes.csv of each curve; the cards are written by hand."""
    for name, kind in MADE.items():
        folder = ROOT / f"{name}_angle"
        made = nodes(name, CONDUCTOR_SHARE[kind])
        head = (f"# made by data/make_line_angle_curves.py from {name}: mean over the angle "
                f"between wind and line;\n# conductors bring {CONDUCTOR_SHARE[kind]:g} of the "
                f"moment, the wind turns by {SWEEP_DEG:g} degrees to either side\n")
        rows = "".join(f"{state},{x:.6g},{p:.6g}\n" for state, x, p in made)
        (folder / "nodes.csv").write_text(f"{head}state,x,y\n{rows}", encoding="utf-8")
        tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))
        lines = (ROOT / name / "curve.csv").read_text(encoding="utf-8").splitlines()
        curve = [",".join([(parts := line.split(","))[0], "table", "", *parts[3:]])
                 if ",lognormal," in line else line for line in lines if not line.startswith("#")]
        (folder / "curve.csv").write_text(head + "\n".join(curve) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
