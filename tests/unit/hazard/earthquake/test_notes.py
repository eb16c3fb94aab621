"""Every note of ground motion has a Chinese form."""

import re

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.event_checks import check_event
from riskcloud.hazard.earthquake.ground_motion import MODELS, shaking
from riskcloud.messages import translated
from riskcloud.types import Earthquake

EVENTS = (
    dict(magnitude=6.4, magnitude_type="M"),
    dict(magnitude=4.0, magnitude_type="ML", strike_deg=20.0),
    dict(magnitude=6.9, magnitude_type="mb", strike_deg=20.0, dip_deg=40.0, rake_deg=-90.0),
    dict(magnitude=8.9, magnitude_type="Mw", lon=113.3, lat=23.1, dip_deg=40.0, depth_km=60.0),
    dict(magnitude=7.1, magnitude_type="Ms", lon=121.5, lat=24.0, strike_deg=5.0, dip_deg=60.0,
         length_km=50.0, width_km=40.0),
    dict(magnitude=7.1, magnitude_type="Ms", lon=150.0, lat=40.0, strike_deg=5.0, depth_km=70.0),
)
GROUNDS = (dict(), dict(vs30_m_s=90.0), dict(site_class=["III", ""]),
           dict(vs30_m_s=np.array([300.0, np.nan])))


def test_every_note_has_a_chinese_form():
    lon, lat = np.array([113.4, 116.0]), np.array([23.2, 30.0])
    notes: set[str] = set()
    for changed in EVENTS:
        quake = Earthquake(**{**dict(event_id="e", time_utc=None, lon=99.87, lat=25.67,
                                     depth_km=8.0), **changed})
        for model in MODELS:
            for ground in GROUNDS:
                region = "stable" if quake.lon > 140.0 and model == "yu_2013" else None
                notes |= set(shaking(quake, lon, lat, model=model, measures=["pga"],
                                     region=region, **ground)[0].notes)
        notes |= set(shaking(quake, lon, lat, model="yu_2013", measures=["pga"], region="active",
                             vs30_m_s=200.0, site_factor="vs30", distance="openquake_15km",
                             )[0].notes)
    assert len(notes) > 40
    untold = [note for note in sorted(notes)
              if not re.search("[\u4e00-\u9fff]", translated(note, "zh"))]
    assert untold == []
    english = re.compile(r"\b(?:length|width|dip|of|to|km|from|and)\b")
    assert [told for told in (translated(note, "zh") for note in notes)
            if english.search(told)] == []


@pytest.mark.parametrize(("note", "told"), [
    ("magnitude M 6.4 taken as Mw 6.09 by Cheng et al. (2017)",
     "震级 M 6.4 按 Cheng et al. (2017) 换算为 Mw 6.09"),
    ("magnitude ML 5 taken as Mw 4.53 by Guo & Pang (1981) and Cheng et al. (2017)",
     "震级 ML 5 按 Guo & Pang (1981) 与 Cheng et al. (2017) 换算为 Mw 4.53"),
    ("file, grid_data = '': no <grid_data>; fetch the file again",
     "文件，grid_data = ''：没有 <grid_data>；请重新获取文件"),
    ("region tibetan: epicentre in zone tibetan_plateau",
     "分区 tibetan：震中位于地震区 tibetan_plateau"),
    ("r_jb [km] of 0 to 512: the model was made for 0 to 400",
     "r_jb 为 0 至 512 公里：该模型适用于 0 至 400 公里"),
    ("epicentral distance [km] of 250: the model was made for 0 to 200",
     "震中距为 250 公里：该模型适用于 0 至 200 公里"),
    ("length 14.3 km, width 8.7 km from the magnitude by Wells & Coppersmith (1994)",
     "由震级按 Wells & Coppersmith (1994) 推得破裂长 14.3 公里、宽 8.7 公里"),
    ("width 8.7 km from the magnitude by Wells & Coppersmith (1994)",
     "由震级按 Wells & Coppersmith (1994) 推得破裂宽 8.7 公里"),
    ("dip not used without a strike", "无走向，未采用倾角"),
    ("row 2, depth = '8000': deeper than any earthquake (700 km): metres where kilometres are "
     "meant? then give 8: left out",
     "第 2 行，depth = '8000'：比任何地震都深（上限 700 公里）：单位应为公里，是否填成了米？若是，"
     "请填 8：未采用"),
])
def test_notes_say_the_same_in_chinese(note, told):
    assert translated(note, "zh") == told


def test_faults_of_an_event_are_told_in_chinese():
    quake = Earthquake("e", None, 0.0, 95.0, 8000.0, 11.0, "M", dip_deg=-3.0, width_km=-1.0)
    with pytest.raises(InputError) as caught:
        check_event(quake)
    assert [translated(problem.remedy, "zh") for problem in caught.value.problems] == [
        "应在 -90 至 90 度之间", "应在 0 至 700 公里之间；若单位为米，请填 8",
        "应在 0 至 10 之间", "应在 0 至 500 公里之间", "倾角应大于 0 且不超过 90 度"]
