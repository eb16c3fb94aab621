"""10,000 addresses offline, the whole command, start-up and files included.

    python benchmarks/geocode.py

The budget is 10 s and the aim 2 s. The addresses are made from the gazetteer in the forms people
write (full names, no province, no suffixes, townships), with roads, numbers and buildings behind
them; none occurs twice. The physical limit: an interpreter with pandas loaded answers an empty
command in the time printed as `start`; what an address costs beyond it is bound by some hundred
look-ups of a hash table, about 10 us in this interpreter.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import machine, peak_mb

from riskcloud.geo.geocode.gazetteer import COUNTY, TOWNSHIP, Gazetteer, load_gazetteer
from riskcloud.geo.geocode.match import Geocoder

N = 10_000
BUDGET_S, AIM_S = 10.0, 2.0
ROADS = ("人民路", "中山路", "解放大道", "建设西路", "科技园南区", "工业大道", "北京路", "迎宾大道")
TAILS = ("", "某某大厦", "供电局", "变电站3栋502室")


def addresses(gazetteer: Gazetteer, n: int) -> list[tuple[str, str]]:
    """Return n different addresses with the code of their county."""
    rng = random.Random(1)
    units = {level: [u for u, known in enumerate(gazetteer.level) if known == level]
             for level in (COUNTY, TOWNSHIP)}
    made: dict[str, str] = {}
    while len(made) < n:
        unit = rng.choice(units[TOWNSHIP if rng.random() < 0.4 else COUNTY])
        line = gazetteer.above(unit)[::-1]
        names = gazetteer.name if rng.random() < 0.8 else gazetteer.key
        text = "".join(names[part] for part in (line[1:] if rng.random() < 0.3 else line))
        text += f"{rng.choice(ROADS)}{rng.randint(1, 9999)}号{rng.choice(TAILS)}"
        made[text] = gazetteer.code[gazetteer.county(unit)]
    return list(made.items())


def main() -> None:
    """Print the wall time of the command, of the matching alone, and how many are right."""
    rows = addresses(load_gazetteer(), N)
    with tempfile.TemporaryDirectory() as folder:
        book, out = Path(folder, "book.csv"), Path(folder, "out.csv")
        book.write_text("地址\n" + "\n".join(text for text, _ in rows) + "\n", encoding="utf-8")
        few = Path(folder, "few.csv")
        few.write_text("地址\n广州市天河区\n", encoding="utf-8")
        walls = {}
        for name, path in (("start", few), ("command", book)):
            times = []
            for _ in range(3):
                begin = time.perf_counter()
                subprocess.run([sys.executable, "-m", "riskcloud", "geocode", str(path), "--out",
                                str(out), "--json"], stdout=subprocess.DEVNULL, check=True)
                times.append(time.perf_counter() - begin)
            walls[name] = min(times)
    geocoder = Geocoder()
    geocoder.find("广州市天河区")
    begin = time.process_time()
    found = [geocoder.find(text) for text, _ in rows]
    cpu = time.process_time() - begin
    right = sum(place.adcode == code for place, (_, code) in zip(found, rows, strict=True))
    print(f"{N:,} addresses; {machine()}")
    print(f"command {walls['command']:.2f} s (budget {BUDGET_S:g} s: x "
          f"{BUDGET_S / walls['command']:.1f}; aim {AIM_S:g} s: x "
          f"{AIM_S / walls['command']:.1f}), of it start {walls['start']:.2f} s")
    print(f"matching alone {cpu / N * 1e6:.0f} us of processor time each; county right "
          f"{right / N:.2%} (some of these name two counties); peak memory {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
