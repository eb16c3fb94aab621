"""What geocoding an address gives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the places an address may mean. ``score`` in [0, 1]: its share among them."""

    name: str
    adcode: str
    lon: float | None
    lat: float | None
    score: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address lies, as far as it says.

    lon, lat : degrees WGS84, None where the address is not placed.
    quality : 0 to 1, how far the point can stand for the address: the probability that the county
        is right times a cap by what the point is (docs/geocoding.md). Ambiguous: at most 0.5.
    level : the smallest unit that the address names for certain: province, prefecture, county,
        township; address for a point of an online provider; blank where nothing was found.
    point_level : what the point is: the unit whose seat it is, or address.
    adcode : code of the county, or of the larger unit where no county is told, 6 digits; blank
        where there is none. towncode : that of the township, 9 digits.
    matched, rest : what of the (normalised) address was understood as names, and what was not.
    candidates : the places it may mean, where they are several.
    notes : what was assumed or does not fit, in English (see messages.csv).
    """

    lon: float | None
    lat: float | None
    quality: float
    level: str
    point_level: str
    adcode: str = ""
    province: str = ""
    city: str = ""
    county: str = ""
    township: str = ""
    towncode: str = ""
    matched: str = ""
    rest: str = ""
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """Return whether the address may mean several places."""
        return bool(self.candidates)


def unplaced(reason: str, rest: str = "") -> Place:
    """Return the answer for an address that names no place, with the reason."""
    return Place(None, None, 0.0, "", "", rest=rest, notes=(reason,))
