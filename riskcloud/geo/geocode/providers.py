"""How Nominatim, AMap and Baidu are asked, and what their answers mean."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from riskcloud.errors import InputError


class ProviderError(Exception):
    """A provider that did not answer as agreed; ``again`` says whether to try once more."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True, slots=True)
class Answer:
    """One place by a provider: its own coordinates, what it matched and how finely."""

    lon: float
    lat: float
    label: str
    grade: str
    quality: float


@dataclass(frozen=True, slots=True)
class Provider:
    """How one provider is asked, and what its answers mean.

    url: of an address. read: the answer in a message, None where it knows no such address.
    system: WGS84, GCJ-02 or BD-09. pause_s: the least time between two requests.
    """

    name: str
    url: Callable[[str], str]
    read: Callable[[Any], Answer | None]
    system: str
    pause_s: float


# What a match is worth at most, by the provider's own word for its fineness. Ours: a house number
# of a map service is some tens of metres off, a road some hundreds, a village about a kilometre.
_AMAP_GRADES = {"门牌号": 0.95, "单元号": 0.95, "兴趣点": 0.9, "楼栋": 0.95, "门址": 0.95,
                "道路交叉路口": 0.9, "公交站台、地铁站": 0.85, "热点商圈": 0.8, "道路": 0.8,
                "村庄": 0.8, "开发区": 0.7, "乡镇": 0.7, "区县": 0.6, "市": 0.4, "省": 0.15}
_NOMINATIM_GRADES = {30: 0.95, 28: 0.9, 26: 0.8, 22: 0.8, 19: 0.75, 16: 0.7, 12: 0.6, 8: 0.4,
                     0: 0.15}


def _nominatim(key: str, domain: str, scheme: str) -> Provider:
    def url(address: str) -> str:
        query = {"q": address, "format": "jsonv2", "limit": 1, "countrycodes": "cn,hk,mo,tw",
                 "accept-language": "zh"}
        return f"{scheme}://{domain}/search?{urlencode(query)}"

    def read(message: Any) -> Answer | None:
        if not isinstance(message, list):
            raise ProviderError("its answer is no list of places")
        if not message:
            return None
        first = message[0]
        rank = int(first.get("place_rank", 12))
        quality = next(q for least, q in _NOMINATIM_GRADES.items() if rank >= least)
        return Answer(float(first["lon"]), float(first["lat"]), str(first.get("display_name", "")),
                      f"place_rank {rank}", quality)

    return Provider("nominatim", url, read, "WGS84", 1.0)  # usage policy: one request a second


def _amap(key: str, domain: str, scheme: str) -> Provider:
    def url(address: str) -> str:
        query = urlencode({"address": address, "key": key, "output": "JSON"})
        return f"{scheme}://{domain}/v3/geocode/geo?{query}"

    def read(message: Any) -> Answer | None:
        if str(message.get("status")) != "1":
            code = str(message.get("infocode", ""))
            busy = code in ("10014", "10015", "10019", "10020", "10021")  # too many a second
            raise ProviderError(f"refused: {message.get('info', '?')} ({code})", again=busy)
        found = message.get("geocodes") or []
        if not found:
            return None
        lon, lat = str(found[0]["location"]).split(",")
        grade = str(found[0].get("level", ""))
        return Answer(float(lon), float(lat), str(found[0].get("formatted_address", "")), grade,
                      _AMAP_GRADES.get(grade, 0.6))

    return Provider("amap", url, read, "GCJ-02", 0.35)  # personal keys: three requests a second


def _baidu(key: str, domain: str, scheme: str) -> Provider:
    def url(address: str) -> str:
        query = urlencode({"address": address, "output": "json", "ak": key})
        return f"{scheme}://{domain}/geocoding/v3/?{query}"

    def read(message: Any) -> Answer | None:
        status = int(message.get("status", -1))
        if status == 1:  # no such address
            return None
        if status != 0:
            busy = status in (401, 402)  # too many a second
            raise ProviderError(f"refused: {message.get('message') or message.get('msg', '?')} "
                                f"({status})", again=busy)
        result = message["result"]
        grade = str(result.get("level", ""))
        quality = min(0.95, 0.95 * max(float(result.get("comprehension", 0)), 20.0) / 100.0)
        return Answer(float(result["location"]["lng"]), float(result["location"]["lat"]), "",
                      grade, max(quality, 0.9) if result.get("precise") == 1 else quality)

    return Provider("baidu", url, read, "BD-09", 0.35)


_MAKERS = {"nominatim": (_nominatim, "nominatim.openstreetmap.org", ""),
           "amap": (_amap, "restapi.amap.com", "RISKCLOUD_AMAP_KEY"),
           "baidu": (_baidu, "api.map.baidu.com", "RISKCLOUD_BAIDU_KEY")}


def open_provider(name: str, *, key: str | None = None, domain: str | None = None,
                  scheme: str = "https") -> Provider:
    """Return a provider: nominatim, amap or baidu.

    ``domain`` may name your own host (host:port); with http:// before it, unencrypted.

    Raises
    ------
    InputError : an unknown provider; a key that is neither given nor in the environment.
    """
    if name not in _MAKERS:
        raise InputError(f"no provider {name!r}; known: {', '.join(_MAKERS)}")
    make, usual, variable = _MAKERS[name]
    key = key or (os.environ.get(variable, "") if variable else "")
    if variable and not key:
        raise InputError(f"{name} wants a key: give --key or set ${variable}")
    if domain and "://" in domain:
        scheme, domain = domain.split("://", 1)
    return make(key, (domain or usual).rstrip("/"), scheme)


def read_message(provider: Provider, message: Any) -> Answer | None:
    """Return the answer in a message; what has not the agreed shape is a ProviderError."""
    try:
        answer = provider.read(message)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ProviderError("its answer has not the shape agreed") from error
    if answer is not None and not (abs(answer.lon) <= 180.0 and abs(answer.lat) <= 90.0):
        raise ProviderError("its coordinates are off the Earth")
    return answer
