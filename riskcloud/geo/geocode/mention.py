"""What a stretch of an address may name. Scanners make mentions, chain.py weighs them."""

from dataclasses import dataclass

from riskcloud.geo.geocode.gazetteer import ROOT

# kinds of readings
FULL = "full"  # the name with its suffix, or an alias as good
VARIANT = "variant"  # the name with another suffix
STEM = "stem"  # the name without suffix
NICK = "nick"
FORMER = "former"
AREA = "area"  # a quarter or zone inside
SHORT = "short"  # one character, or an English word that may mean anything
TOWN = "town"
TOWN_VARIANT = "town variant"
TOWN_STEM = "town stem"


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a mention.

    weight: its share in the score of a chain. certainty: that this is the unit meant, where the
    chain before it fits. within: unit that must have been named before, or ROOT. rooted: whether
    an address may begin with it. head: whether it must then stand at the very beginning.
    """

    unit: int
    kind: str
    weight: float
    certainty: float
    within: int = ROOT
    rooted: bool = True
    head: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text, [start, end), and its readings.

    skip: what it costs a chain not to take it. strong: whether not taking it is a contradiction.
    bare: whether it means something only right behind the place it belongs to.
    """

    start: int
    end: int
    readings: tuple[Reading, ...]
    skip: float
    strong: bool
    bare: bool = False
