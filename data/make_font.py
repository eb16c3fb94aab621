"""Make dashboards/fonts/ and dashboards/vendor/leaflet/ from the archives of sources.toml.

The font is Noto Sans SC Regular cut down to GB 2312 (6,763 Hanzi and its signs), Latin with
accents, punctuation, arrows and units: what reports in Chinese and English are written in.
"""

import io
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from sources import read_member

ROOT = Path(__file__).resolve().parent.parent
RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F),  # Latin, Latin-1, Latin Extended-A
    (0x370, 0x3FF),  # Greek
    (0x2010, 0x203E), (0x2070, 0x209C), (0x20A0, 0x20C0),  # punctuation, indices, currency
    (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF),  # arrows, signs
    (0x2460, 0x24FF), (0x25A0, 0x25FF),  # numbers, shapes
    (0x3000, 0x303F), (0x3200, 0x33FF), (0xFF00, 0xFFEF),  # CJK punctuation, units, full width
]


def wanted() -> set[int]:
    """Return the code points that the font keeps."""
    points = {point for low, high in RANGES for point in range(low, high + 1)}
    for first in range(0xA1, 0xF8):
        for second in range(0xA1, 0xFF):
            text = bytes([first, second]).decode("gb2312", errors="ignore")
            points.update(map(ord, text))
    return points


def make_font(target: Path) -> None:
    """Write the subset. Layout features other than kerning and vertical writing are dropped."""
    source = "package/400Regular/NotoSansSC_400Regular.ttf"
    font = TTFont(io.BytesIO(read_member("noto_sans_sc", source)), recalcTimestamp=False)
    options = subset.Options(layout_features=["kern", "ccmp"], hinting=False, notdef_outline=True,
                             name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
                             drop_tables=["vhea", "vmtx", "BASE", "STAT", "DSIG"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted())
    cutter.subset(font)
    font.save(target)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.2f} MB, "
          f"{len(font.getBestCmap()):,} characters")


def copy_leaflet(folder: Path) -> None:
    """Write Leaflet's script, style and licence as published, without the source-map link.

    The link would make a browser with open developer tools ask for a file that is not there.
    """
    script = read_member("leaflet", "package/dist/leaflet.js").decode()
    script = script.replace("//# sourceMappingURL=leaflet.js.map", "").rstrip() + "\n"
    (folder / "leaflet.js").write_text(script, encoding="utf-8")
    for name in ("dist/leaflet.css", "LICENSE"):
        (folder / Path(name).name).write_bytes(read_member("leaflet", f"package/{name}"))


if __name__ == "__main__":
    fonts = ROOT / "dashboards" / "fonts"
    make_font(fonts / "NotoSansSC-subset.ttf")
    (fonts / "OFL.txt").write_bytes(read_member("noto_sans_sc", "package/LICENSE_FONT"))
    copy_leaflet(ROOT / "dashboards" / "vendor" / "leaflet")
