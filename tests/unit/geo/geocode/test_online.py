"""Online providers, against a server of our own that replays messages of their shape."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from riskcloud.errors import InputError
from riskcloud.geo.geocode.match import Geocoder
from riskcloud.geo.geocode.online import OnlineGeocoder, fetch_json
from riskcloud.geo.geocode.providers import ProviderError, open_provider
from riskcloud.geo.points import haversine_m, wgs84_to_bd09, wgs84_to_gcj02

pytest.importorskip("geopy")

ADDRESS = "广东省广州市天河区体育西路191号"
WGS84 = (113.3150, 23.1300)
GCJ02, BD09 = ([round(float(v), 6) for v in turn(*WGS84)]
               for turn in (wgs84_to_gcj02, wgs84_to_bd09))

MESSAGES = {
    "nominatim": [{"place_id": 1, "lat": str(WGS84[1]), "lon": str(WGS84[0]), "place_rank": 30,
                   "category": "building", "display_name": "191, 体育西路, 天河区, 广州市"}],
    "amap": {"status": "1", "info": "OK", "infocode": "10000", "count": "1", "geocodes": [
        {"formatted_address": ADDRESS, "adcode": "440106", "level": "门牌号",
         "location": f"{GCJ02[0]},{GCJ02[1]}"}]},
    "baidu": {"status": 0, "result": {"location": {"lng": BD09[0], "lat": BD09[1]}, "precise": 1,
                                      "confidence": 80, "comprehension": 100, "level": "门址"}},
}


class Replay(BaseHTTPRequestHandler):
    answers: list[tuple[int, bytes]] = []
    asked: list[str] = []

    def do_GET(self):
        type(self).asked.append(self.path)
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    http = HTTPServer(("127.0.0.1", 0), Replay)
    Replay.answers, Replay.asked = [], []
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield http
    http.shutdown()
    http.server_close()


@pytest.fixture(scope="module")
def offline():
    return Geocoder()


class Clock:
    """A clock that only sleeping moves on."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def make(server, offline, tmp_path, name="nominatim", *answers):
    Replay.answers = list(answers) or [(200, json.dumps(MESSAGES[name]).encode())]
    clock = Clock()
    provider = open_provider(name, key="k", domain=f"http://127.0.0.1:{server.server_port}")
    return OnlineGeocoder(offline, provider, tmp_path, clock=clock, sleep=clock.sleep), clock


@pytest.mark.parametrize("name", list(MESSAGES))
def test_each_provider_is_brought_to_wgs84(server, offline, tmp_path, name):
    online, _ = make(server, offline, tmp_path, name)
    place = online.find(ADDRESS)
    assert float(haversine_m(place.lon, place.lat, *WGS84)) < 1.0
    assert place.level == place.point_level == "address"
    assert place.quality > 0.85 and place.adcode == "440106"
    assert place.notes[-1].startswith(f"point by {name} (")
    query = parse_qs(urlsplit(Replay.asked[0]).query)
    assert query["q" if name == "nominatim" else "address"] == [ADDRESS]


def test_an_answer_is_kept_and_asked_once(server, offline, tmp_path):
    online, _ = make(server, offline, tmp_path)
    first = online.find(ADDRESS)
    again, _ = make(server, offline, tmp_path)
    assert again.find(ADDRESS) == first
    assert again.n_requests == 0 and len(Replay.asked) == 1


def test_requests_keep_their_distance(server, offline, tmp_path):
    online, clock = make(server, offline, tmp_path)
    for number in range(4):
        online.find(f"{ADDRESS}{number}")
    assert clock.slept == [1.0, 1.0, 1.0]


def test_a_busy_provider_is_asked_again(server, offline, tmp_path):
    good = (200, json.dumps(MESSAGES["nominatim"]).encode())
    online, clock = make(server, offline, tmp_path, "nominatim", (429, b""), (503, b""), good)
    assert online.find(ADDRESS).level == "address"
    assert online.n_requests == 3 and clock.slept[0] == 2.0


@pytest.mark.parametrize(("answer", "note"), [
    ((429, b""), "nominatim: answered 429"),
    ((403, b"no"), "nominatim: answered 403"),
    ((200, b"<html>"), "nominatim: its answer is not JSON"),
    ((200, b"{}"), "nominatim: its answer is no list of places"),
    ((200, b'[{"lat": "x"}]'), "nominatim: its answer has not the shape agreed"),
    ((200, b'[{"lat": "95", "lon": "1"}]'), "nominatim: its coordinates are off the Earth"),
    ((200, b"[]"), "nominatim: knows no such address"),
    ((200, b'[{"lat": "39.9", "lon": "116.4", "place_rank": 30}]'),
     "nominatim: its answer lies elsewhere and is not taken"),
])
def test_what_goes_wrong_is_told_and_the_offline_answer_stays(server, offline, tmp_path, answer,
                                                              note):
    online, _ = make(server, offline, tmp_path, "nominatim", answer)
    place, alone = online.find(ADDRESS), offline.find(ADDRESS)
    assert place.notes[-1] == note
    assert (place.lon, place.lat, place.quality) == (alone.lon, alone.lat, alone.quality)
    assert not list(tmp_path.rglob("*.json")) or answer[0] == 200


def test_a_refusal_names_its_reason(server, offline, tmp_path):
    refusal = json.dumps({"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}).encode()
    online, _ = make(server, offline, tmp_path, "amap", (200, refusal))
    assert online.find(ADDRESS).notes[-1] == "amap: refused: INVALID_USER_KEY (10001)"
    assert online.n_requests == 1  # a wrong key does not mend itself


def test_a_provider_that_is_down_is_left_alone(server, offline, tmp_path):
    online, _ = make(server, offline, tmp_path, "nominatim", (500, b""))
    notes = [online.find(f"{ADDRESS}{k}").notes[-1] for k in range(7)]
    assert notes[-1] == "nominatim: not asked after 5 failures in a row"
    assert online.n_requests == 15


def test_an_ambiguous_address_stays_so(server, offline, tmp_path):
    nanjing = json.dumps([{"lat": "32.06", "lon": "118.77", "place_rank": 26}]).encode()
    online, _ = make(server, offline, tmp_path, "nominatim", (200, nanjing))
    place = online.find("鼓楼区中山北路")
    assert place.lon is None and len(place.candidates) == 4
    assert place.notes[-1] == "nominatim takes it for 江苏省南京市鼓楼区"


def test_an_address_without_a_city_is_not_believed(server, offline, tmp_path):
    online, _ = make(server, offline, tmp_path)
    place = online.find("人民路1号")
    assert place.quality == 0.5 and place.level == "address" and place.adcode == ""
    assert place.notes[-1] == "placed by nominatim alone: the address names no city"


def test_nothing_is_asked_of_empty_and_foreign_addresses(server, offline, tmp_path):
    online, _ = make(server, offline, tmp_path)
    online.find("")
    online.find("Tokyo, Japan")
    assert online.n_requests == 0


def test_no_answer_in_time():
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(ProviderError, match="no answer in time") as caught:
            fetch_json(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=0.2)
    assert caught.value.again


def test_keys_and_names(monkeypatch):
    monkeypatch.delenv("RISKCLOUD_AMAP_KEY", raising=False)
    with pytest.raises(InputError, match=r"amap wants a key: give --key or set \$RISKCLOUD_AMAP"):
        open_provider("amap")
    monkeypatch.setenv("RISKCLOUD_AMAP_KEY", "k")
    assert "key=k" in open_provider("amap").url("广州")
    with pytest.raises(InputError, match="known: nominatim, amap, baidu"):
        open_provider("google")
