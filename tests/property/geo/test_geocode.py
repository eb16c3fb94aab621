"""What must hold of any address: noise, width, suffixes and order never make an answer surer."""

from hypothesis import given
from hypothesis import strategies as st

from riskcloud.geo.geocode.gazetteer import COUNTY, load_gazetteer
from riskcloud.geo.geocode.match import AMBIGUOUS_AT_MOST, Geocoder

GEOCODER = Geocoder(load_gazetteer())
G = GEOCODER.gazetteer
COUNTIES = [u for u in range(len(G.code)) if G.level[u] == COUNTY and G.code[u][4] != "7"]
WIDE = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}
counties = st.sampled_from(COUNTIES)


def full(unit):
    return "".join(G.name[part] for part in reversed(G.above(unit)))


@given(st.text(max_size=60))
def test_any_text_has_an_answer_within_bounds(text):
    place = GEOCODER.find(text)
    assert 0.0 <= place.quality <= 1.0
    assert (place.lon is None) == (place.lat is None)
    if place.candidates:
        assert place.quality <= AMBIGUOUS_AT_MOST
    if place.quality == 0.0:
        assert place.notes


@given(counties, st.integers(1, 999))
def test_width_and_blanks_change_nothing(unit, number):
    text = full(unit) + f"{number}号A座"
    plain, wide = GEOCODER.find(text), GEOCODER.find(f"　{text.translate(WIDE)} ")
    assert (plain.adcode, plain.quality) == (wide.adcode, wide.quality)


@given(counties)
def test_short_names_are_never_surer(unit):
    short = "".join(G.key[part] for part in reversed(G.above(unit)))
    assert GEOCODER.find(short).quality <= GEOCODER.find(full(unit)).quality + 1e-9


@given(counties, st.sampled_from(["地址：", "中国", "1. ", "(", "邮编510000 "]))
def test_harmless_words_before_change_nothing(unit, before):
    assert GEOCODER.find(before + full(unit)).adcode == GEOCODER.find(full(unit)).adcode


@given(counties, counties)
def test_another_county_behind_never_raises_the_quality(unit, other):
    if unit == other:
        return
    one = GEOCODER.find(full(unit))
    both = GEOCODER.find(full(unit) + " " + full(other))
    assert both.quality <= max(one.quality, GEOCODER.find(full(other)).quality) + 1e-9
    if G.code[unit][:2] != G.code[other][:2]:
        assert both.quality <= AMBIGUOUS_AT_MOST


@given(counties)
def test_what_is_placed_lies_in_its_adcode(unit):
    place = GEOCODER.find(full(unit))
    assert place.adcode == G.code[unit]
    assert full(unit).startswith(place.province)
