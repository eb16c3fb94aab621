"""What summary.json says of an earthquake (docs/quake.md)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from riskcloud.analysis.quake.assets import BI
from riskcloud.analysis.quake.book import INSIDE
from riskcloud.analysis.quake.difference import difference
from riskcloud.analysis.quake.ground import leading_model
from riskcloud.analysis.quake.holding import Holding
from riskcloud.analysis.quake.tables import prefix_of
from riskcloud.analysis.within.sums import roots
from riskcloud.catalog import load_card
from riskcloud.hazard.earthquake.intensity import degree, roman
from riskcloud.hazard.earthquake.magnitude import moment_magnitude
from riskcloud.hazard.earthquake.rupture import describe_source, rupture_plane
from riskcloud.hazard.earthquake.shake import note_in_words
from riskcloud.messages import translated
from riskcloud.types import Floats
from riskcloud.vulnerability.quake import KIND

if TYPE_CHECKING:
    from riskcloud.analysis.quake.run import OriginResult, QuakeRequest

BAND = (0.05, 0.95)
LISTS = ("totals", "by_branch", "by_place", "by_asset_class", "by_client", "policies")
"""Lists of the first origin that also stand at the top, as ``within`` has them."""
POLICIES_LISTED = CLIENTS_LISTED = 200
"""Policies and clients in summary.json, highest expected loss first; policies.csv has all. Ours."""
WITHIN_COUNTS = ("n_locations", "n_assets", "n_policies", "n_partly_inside",
                 "n_without_policy_id", "insured_people", "n_without_people")


def summarise_quake(holding: Holding, origins: Sequence["OriginResult"], request: "QuakeRequest",
                    at_utc: np.datetime64, tables: tuple[pd.DataFrame, pd.DataFrame],
                    ) -> dict[str, Any]:
    """Return summary.json's content but for the figures of the run."""
    locations, policies = tables
    found = [_origin(holding, one, k, policies) for k, one in enumerate(origins)]
    first = origins[0].source.event
    return {
        "portfolio": _translated(holding.facts()),
        "lon": first.lon, "lat": first.lat, "radius_km": request.radius_km,
        "at_utc": f"{at_utc}Z", "members": request.members, "seed": request.seed,
        **{name: found[0][name] for name in (*WITHIN_COUNTS, *LISTS)},
        "origins": found,
        "difference": (difference(holding, origins, locations, policies)
                       if len(origins) > 1 else None),
        "n_listed": {"locations": len(locations), "policies": len(policies)},
    }


def _translated(facts: Mapping[str, Any]) -> dict[str, Any]:
    notes = [str(note) for note in facts["notes"]]
    return {**facts, "notes": notes, "notes_zh": [translated(note, "zh") for note in notes]}


def _origin(holding: Holding, one: "OriginResult", k: int, policies: pd.DataFrame
            ) -> dict[str, Any]:
    sums = one.sums
    means = _Losses(one)
    notes = list(dict.fromkeys([*one.source.event.notes, *describe_source(one.source.event),
                                *one.notes]))
    site_notes = _site_notes(one)
    return {
        "event": _event(one), "reach_km": one.reach_km,
        "models": [{"model": name, "weight": weight} for name, weight in one.weights.items()],
        "sampled": "sites" if one.samples.direct else "cells",
        **{name: getattr(sums, name) for name in WITHIN_COUNTS},
        "totals": [means.joined("total", "", entry) for entry in sums.totals],
        "by_branch": [means.joined("branch", entry["branch"], entry) for entry in sums.by_branch],
        "by_place": [means.joined("place", f"{entry['province']} {entry['county']}".strip(), entry)
                     for entry in sums.by_place],
        "by_asset_class": [means.joined("asset_class", entry["asset_class"], entry)
                           for entry in sums.by_asset_class],
        "by_client": _by_client(holding, one, means),
        "policies": _policies(policies, k),
        "all_shaken": _all_shaken(one, means),
        "intensity_model": leading_model(one.weights), "intensity": _intensity(one),
        "variance": _variance(one),
        "curves": _curves(one),
        "notes": notes, "notes_zh": [note_in_words(note, "zh") for note in notes],
        "site_notes": site_notes,
        "site_notes_zh": [translated(note, "zh") for note in site_notes],
    }


def _event(one: "OriginResult") -> dict[str, Any]:
    event = one.source.event
    plane = rupture_plane(event)
    mw, _ = moment_magnitude(event)
    return {
        "event_id": event.event_id, "agency": event.agency, "status": event.status,
        "place": event.place,
        "time_utc": None if event.time_utc is None else f"{event.time_utc}Z",
        "lon": event.lon, "lat": event.lat, "depth_km": event.depth_km,
        "magnitude": event.magnitude, "magnitude_type": event.magnitude_type, "mw": mw,
        "strike_deg": event.strike_deg, "dip_deg": event.dip_deg, "rake_deg": event.rake_deg,
        "rupture": None if plane.is_point else {"length_km": plane.length_km,
                                                "width_km": plane.width_km},
        "shakemap": one.source.grid is not None,
    }


class _Losses:
    """Expected losses and bands of an origin's groups, inside and outside the radius."""

    def __init__(self, one: "OriginResult") -> None:
        self.one, expected = one, one.book.expected
        self.bands: dict[tuple[str, int, bool], Floats] = {}
        self.mean: dict[str, Floats] = {}
        for name, group in one.book.groups.items():
            code = 2 * group.code + np.where(one.inside, INSIDE, 1 - INSIDE)
            size = 2 * len(group.key)
            self.mean[name] = np.stack([
                np.bincount(code, part, minlength=size).reshape(-1, 2)
                for part in (expected.ground_up, expected.gross)])
        self.place = {name: {key: k for k, key in enumerate(group.key)}
                      for name, group in one.book.groups.items()}

    def entry(self, name: str, key: tuple[str, str], *, inside: bool = True) -> dict[str, Any]:
        """Mean and band of a group: of its locations inside, or of all that are shaken."""
        k = self.place[name].get(key)
        if k is None:
            return dict.fromkeys(("mean", "q05", "q95", "gross_mean", "gross_q05", "gross_q95"),
                                 0.0) | {"currency": key[0]}
        found: dict[str, Any] = {"currency": key[0]}
        for stage, start in enumerate(("", "gross_")):
            mean, (low, high) = self.mean[name][stage], self._band(name, stage, inside)
            found |= {f"{start}mean": float(mean[k, INSIDE] if inside else mean[k].sum()),
                      f"{start}q05": float(low[k]), f"{start}q95": float(high[k])}
        return found

    def _band(self, name: str, stage: int, inside: bool) -> Floats:
        """Quantiles (2, n_groups) of all groups of a name, computed once."""
        asked = (name, stage, inside)
        if asked not in self.bands:
            samples = (self.one.samples.ground_up, self.one.samples.gross)[stage][name]
            drawn = samples[:, INSIDE] if inside else samples.sum(axis=1)
            self.bands[asked] = np.quantile(drawn, BAND, axis=-1)
        return self.bands[asked]

    def joined(self, name: str, word: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entry of within's sums with its expected loss."""
        return {**entry, "expected_loss": self.entry(name, (entry["currency"], word))}


def _by_client(holding: Holding, one: "OriginResult", means: _Losses) -> list[dict[str, Any]]:
    """Sums by client of the locations inside, highest expected loss first."""
    assets, inside = one.book.assets, one.inside
    group = one.book.groups["client_id"]
    code = group.code[inside]
    size = len(group.key)
    people = np.nan_to_num(assets.number["insured_people"][inside])
    count = np.bincount(code, minlength=size)
    tiv = np.bincount(code, assets.tiv[inside], minlength=size)
    policy = np.asarray(roots(holding.index.policies,
                              holding.index.rows.policy[one.rows[inside]]), np.int64)
    pairs = np.unique(policy * size + code)
    n_policies = np.bincount(pairs % size, minlength=size)
    insured = np.bincount(code, people, minlength=size)
    order = [k for k in np.argsort(-means.mean["client_id"][0, :, INSIDE], kind="stable")
             if count[k]][:CLIENTS_LISTED]
    return [{"client_id": group.key[k][1], "currency": group.key[k][0],
             "n_locations": int(count[k]), "n_policies": int(n_policies[k]),
             "insured_people": int(insured[k]), "tiv": float(tiv[k]),
             "expected_loss": means.entry("client_id", group.key[k])}
            for k in order]


def _policies(policies: pd.DataFrame, k: int) -> list[dict[str, Any]]:
    """Return the policies inside for origin ``k``, highest expected loss first."""
    start = prefix_of(k)
    here = policies[policies[f"{start}inside"]].nlargest(POLICIES_LISTED, f"{start}expected_loss")
    own = ("n_inside", "tiv_inside", "partly_inside", "nearest_km")
    return [{**{name: row[name] for name in ("policy_id", "branch", "currency", "n_total",
                                             "tiv_total")},
             **{name: row[f"{start}{name}"] for name in own},
             "expected_loss": {"currency": row["currency"], "mean": row[f"{start}expected_loss"],
                               "gross_mean": row[f"{start}gross_loss"]}}
            for row in here.to_dict("records")]


def _all_shaken(one: "OriginResult", means: _Losses) -> list[dict[str, Any]]:
    """Totals of all locations within reach, by currency, the largest sum first."""
    group, tiv = one.book.groups["total"], one.book.assets.tiv
    count = np.bincount(group.code, minlength=len(group.key))
    total = np.bincount(group.code, tiv, minlength=len(group.key))
    return [{"currency": group.key[k][0], "n_locations": int(count[k]), "tiv": float(total[k]),
             "expected_loss": means.entry("total", group.key[k], inside=False)}
            for k in np.argsort(-total, kind="stable")]


def _intensity(one: "OriginResult") -> list[dict[str, Any]]:
    """Area and locations by degree, strongest first: locations and sums insured of that degree."""
    assets, ground = one.book.assets, one.book.ground
    strongest = np.maximum.reduceat(ground.intensity, assets.site_start[:-1]) if len(
        assets) else np.empty(0)
    degrees = degree(strongest)
    found = []
    tiv, currency = assets.tiv, assets.words["currency"]
    largest = np.argsort(-np.bincount(currency.code, tiv, minlength=len(currency.names)),
                         kind="stable")
    for n in sorted({*one.felt.area_km2, *one.felt.of_mean}, reverse=True):
        here = degrees == n
        found.append({
            "degree": n, "roman": str(roman(n)), "area_at_least_km2": one.felt.area_km2.get(n, 0.0),
            "area_at_least_of_mean_km2": one.felt.of_mean.get(n, 0.0),
            "area_at_least_by_model_km2": {name: areas.get(n, 0.0) for name, areas
                                           in one.felt.by_model.items()},
            "n_locations": int(here.sum()),
            "tiv": {currency.names[k]: float(tiv[here & (currency.code == k)].sum())
                    for k in largest}})
    return found


def _variance(one: "OriginResult") -> list[dict[str, Any]]:
    """First-order part of each shared source in the variance of the total inside, by currency.

    The variance between means of the realisations in ten bins of the source (or of its values),
    less what chance alone gives; the rest is the field within the event, the assets' own draws
    and what sources do together.
    """
    draws, found = one.draws, []
    bins = {"model": draws.model_of, "between_events": _tenths(draws.between)}
    bins |= {f"capacity_{card}": _tenths(draws.capacity[k])
             for k, card in enumerate(one.book.curves.cards)}
    for k, key in enumerate(one.book.groups["total"].key):
        total = one.samples.ground_up["total"][k, INSIDE]
        if not total.var() > 0.0:
            continue
        shares = {name: _share(total, place) for name, place in bins.items()}
        curves = sum(share for name, share in shares.items() if name.startswith("capacity_"))
        left = max(1.0 - shares["model"] - shares["between_events"] - curves, 0.0)
        found.append({"currency": key[0], "model": shares["model"],
                      "between_events": shares["between_events"], "curves": curves,
                      "within_event_and_assets": left})
    return found


def _tenths(values: Floats) -> Any:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable") * 10 // len(values)


def _share(total: Floats, place: Any) -> float:
    count = np.bincount(place)
    used = count > 0
    mean = np.bincount(place, total)[used] / count[used]
    between = (count[used] * (mean - total.mean()) ** 2).sum() / len(total)
    n_bins = int(used.sum())
    by_chance = (n_bins - 1) / max(len(total) - 1, 1)
    if by_chance >= 1.0:  # every realisation a bin of its own: nothing can be told
        return 0.0
    share = between / total.var()
    return float(np.clip((share - by_chance) / (1.0 - by_chance), 0.0, 1.0))


def _curves(one: "OriginResult") -> list[dict[str, Any]]:
    """Cards of the curves used, with source and how many locations draw from them."""
    curves = one.book.curves
    n_sets = len(curves.n_levels)
    per_set = np.bincount(one.book.set_of[one.inside], minlength=n_sets)
    found = []
    for k, name in enumerate(curves.cards):
        card = load_card(KIND, name)
        of_set = [(curves.card_of[curves.set_start[s]:curves.set_start[s + 1]] == k).any()
                  for s in range(n_sets)]
        found.append({
            "name": name, "title": card["title"], "title_zh": card["title_zh"],
            "source": card["source"], "verified": card["verified"], "includes": card["includes"],
            "notes": card["notes"], "notes_zh": card["notes_zh"],
            "n_locations": int(per_set[np.array(of_set, bool)].sum()) if n_sets else 0})
    return [entry for entry in found if entry["n_locations"]]


def _site_notes(one: "OriginResult") -> list[str]:
    """What was assumed of ground and damage, in words."""
    assets, curves = one.book.assets, one.book.curves
    if not len(assets):
        return []
    unknown = ~np.isfinite(assets.number["vs30_m_s"])
    blank = np.array([not word for word in assets.words["site_class"].names], bool)
    unknown &= blank[assets.words["site_class"].code]
    notes = []
    if unknown.any():
        card = load_card("quake", "default")["site"]
        notes.append(f"{int(unknown.sum())} of {len(assets)} location(s) have neither Vs30 nor "
                     f"site class: class {card['site_class']}, Vs30 {card['vs30_m_s']:g} m/s")
    borrowed = curves.borrowed[one.book.set_of]
    if borrowed.any():
        notes.append(f"{int(borrowed.sum())} of {len(assets)} location(s) (towers, lines above "
                     "10 kV, solar, wind and nuclear plants) are judged by curves made for other "
                     "assets: read their losses with care")
    if (assets.value[:, BI] > 0.0).any():
        notes.append("business interruption is in the sums insured and not in the losses")
    return notes
