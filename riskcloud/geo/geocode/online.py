"""Addresses asked of Nominatim, AMap or Baidu: cached, never faster than allowed, in WGS84.

The provider is asked only for what the gazetteer cannot place to a township. Its answer is
believed where it lies in the prefecture that the address names; an answer elsewhere is told and
not taken. geopy (extra ``online``) carries the requests of Nominatim and Baidu; AMap, which geopy
lacks, goes through the same adapter.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from riskcloud.errors import InputError
from riskcloud.files import write_json
from riskcloud.geo.geocode.gazetteer import PREFECTURE
from riskcloud.geo.geocode.match import AMBIGUOUS_AT_MOST, Geocoder
from riskcloud.geo.geocode.place import Place
from riskcloud.geo.geocode.providers import Answer, Provider, ProviderError, read_message
from riskcloud.geo.geocode.reverse import reverse
from riskcloud.geo.points import bd09_to_wgs84, gcj02_to_wgs84, haversine_m

_TIMEOUT_S, _TRIES, _WAIT_S = 10.0, 3, 2.0  # ours
_MOST_BYTES = 1 << 20  # of an answer; ours
_NEAR_M = 30_000.0  # from the point of the unit named: the same place; ours
_AGENT = "riskcloud (open risk cloud; geocoding of insured assets)"
_GIVE_UP_AFTER = 5  # failures in a row: the provider is down, the rest goes offline; ours


class Fetcher(Protocol):
    """Gets an URL: a decoded JSON object, or raises ProviderError."""

    def __call__(self, url: str) -> Any:
        """Return the decoded message behind an URL."""


def fetch_json(url: str, *, timeout_s: float = _TIMEOUT_S) -> Any:
    """Return the JSON behind an URL, through geopy's adapter.

    Raises
    ------
    ProviderError : no answer in time, an answer of failure or one that is not JSON.
    """
    try:
        from geopy.adapters import AdapterHTTPError, URLLibAdapter
        from geopy.exc import GeocoderServiceError
    except ImportError as error:
        raise InputError("--online needs the extra `online`: pip install 'riskcloud[online]'"
                         ) from error
    import ssl

    adapter = URLLibAdapter(proxies=None, ssl_context=ssl.create_default_context())
    try:
        text = adapter.get_text(url, timeout=timeout_s, headers={"User-Agent": _AGENT})
    except AdapterHTTPError as error:
        again = error.status_code == 429 or error.status_code >= 500
        raise ProviderError(f"answered {error.status_code}", again=again) from error
    except GeocoderServiceError as error:
        raise ProviderError("no answer in time" if "time" in str(error).lower() else
                            "could not be reached", again=True) from error
    if len(text) > _MOST_BYTES:
        raise ProviderError("an answer of more than a megabyte")
    try:
        return json.loads(text)
    except ValueError as error:
        raise ProviderError("its answer is not JSON") from error


class OnlineGeocoder:
    """Offline first; a provider where the gazetteer ends at a county or above.

    Answers are kept in a folder, one file an address, and asked once. ``clock`` and ``sleep``
    are those of the pause between requests.
    """

    def __init__(self, offline: Geocoder, provider: Provider, cache: Path, *,
                 fetch: Fetcher = fetch_json, clock: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self._offline, self._provider, self._cache = offline, provider, cache
        self._fetch, self._clock, self._sleep = fetch, clock, sleep
        self._next = 0.0
        self._failed = 0
        self.n_requests = 0

    def find(self, address: str, hints: Sequence[str] = ()) -> Place:
        """Return where an address lies: by the provider where that is finer and agrees."""
        place = self._offline.find(address, hints)
        if place.level == "" and not place.is_ambiguous and (
                not address.strip() or any(n.startswith("outside China") for n in place.notes)):
            return place
        query = " ".join(part for part in (*hints, address) if part.strip())
        try:
            answer = self._ask(query)
        except ProviderError as error:
            return replace(place, notes=(*place.notes, f"{self._provider.name}: {error}"))
        if answer is None:
            return replace(place, notes=(*place.notes,
                                         f"{self._provider.name}: knows no such address"))
        return self._together(place, answer)

    def _ask(self, query: str) -> Answer | None:
        """Return the answer to an address, from the folder or the provider."""
        provider = self._provider
        name = hashlib.sha256(f"{provider.name}\0{query}".encode()).hexdigest()
        path = self._cache / provider.name / f"{name}.json"
        if (kept := _kept(path)) is not None:
            return read_message(provider, kept["message"])
        if self._failed >= _GIVE_UP_AFTER:
            raise ProviderError(f"not asked after {_GIVE_UP_AFTER} failures in a row")
        try:
            message = self._asked(provider.url(query))
            answer = read_message(provider, message)
        except ProviderError:
            self._failed += 1
            raise
        self._failed = 0
        write_json({"query": query, "message": message}, path)
        return answer

    def _asked(self, url: str) -> Any:
        """Return a message of the provider; tries again where it was busy or silent."""
        for attempt in range(1, _TRIES + 1):
            if (wait := self._next - self._clock()) > 0.0:
                self._sleep(wait)
            self._next = self._clock() + self._provider.pause_s
            self.n_requests += 1
            try:
                message = self._fetch(url)
                read_message(self._provider, message)
                return message
            except ProviderError as error:
                if not error.again or attempt == _TRIES:
                    raise
                self._sleep(_WAIT_S * attempt)
        raise AssertionError("unreachable")

    def _together(self, place: Place, answer: Answer) -> Place:
        """Return what address and provider say together."""
        lon, lat = _wgs84(answer, self._provider.system)
        name = self._provider.name
        if place.is_ambiguous:
            return self._chosen(place, answer, lon, lat)
        note, quality = f"point by {name} ({answer.grade or 'no grade'})", answer.quality
        if not place.level:
            note, quality = f"placed by {name} alone: the address names no city", min(
                quality, AMBIGUOUS_AT_MOST)
        elif not self._agrees(place, lon, lat):
            return replace(place, notes=(*place.notes, f"{name}: its answer lies elsewhere and is "
                                         "not taken"))
        if quality <= place.quality:
            return place
        notes = [n for n in place.notes if not n.startswith("no point of the ")]
        return replace(place, lon=lon, lat=lat, quality=round(quality, 3), level="address",
                       point_level="address", notes=(*notes, note))

    def _agrees(self, place: Place, lon: float, lat: float) -> bool:
        """Return whether a point lies in the prefecture (or province) that an address names.

        Told by the nearest known place, or by the point being near that of the unit named.
        """
        gazetteer = self._offline.gazetteer
        line = gazetteer.above(gazetteer.by_code[place.adcode])
        area = next((u for u in line if gazetteer.level[u] == PREFECTURE), line[-1])
        nearest = gazetteer.by_code.get(reverse(lon, lat, gazetteer=gazetteer)[0].adcode)
        if nearest is not None and gazetteer.within(nearest, area):
            return True
        return place.level != "province" and place.lon is not None and place.lat is not None and (
            float(haversine_m(place.lon, place.lat, lon, lat)) < _NEAR_M)

    def _chosen(self, place: Place, answer: Answer, lon: float, lat: float) -> Place:
        """Return an ambiguous place still ambiguous, with the provider's choice told."""
        near = [c for c in place.candidates if c.lon is not None and c.lat is not None
                and float(haversine_m(c.lon, c.lat, lon, lat)) < _NEAR_M]
        words = near[0].name if len(near) == 1 else answer.label or "another place"
        return replace(place, notes=(*place.notes, f"{self._provider.name} takes it for {words}"))


def _kept(path: Path) -> Mapping[str, Any] | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and "message" in kept else None


def _wgs84(answer: Answer, system: str) -> tuple[float, float]:
    turn = {"GCJ-02": gcj02_to_wgs84, "BD-09": bd09_to_wgs84}.get(system)
    if turn is None:
        return answer.lon, answer.lat
    lon, lat = turn(np.array([answer.lon]), np.array([answer.lat]))
    return float(lon[0]), float(lat[0])
