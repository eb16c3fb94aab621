"""Lists that two forecasts differ in: clients and branches, model cards, settings, software."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

LEAST_LOSS: Final = 0.01
"""Smallest sum that is a loss: a cent; draws of damage may be 1e-15 (our choice)."""
LARGEST_MOVES: Final = 20
"""Groups listed for their change, in each currency (our choice)."""
NOT_OF_THE_MODEL: Final = frozenset((
    "issued_at", "agency", "storm", "ensemble", "advisories", "anchored",  # what the storm does
    "skip_bad", "coordinates",  # how the portfolio's file is read
))
"""Settings that change no model: their effect is in the parts of track and portfolio."""
OF_THE_PORTFOLIO: Final = frozenset(("skip_bad", "coordinates"))
UNSAID: Final = frozenset(("lang", "json", "out", "previous", "keep_samples", "utc_offset_h"))
"""Settings that change no loss: they are not listed."""

Entry = Mapping[str, Any]


def list_changes(old: Sequence[Entry], new: Sequence[Entry], key: str) -> dict[str, Any]:
    """Compare two lists of groups: who entered, who left, whose loss moved most.

    A group is on the list when the 95 % quantile of its ground-up loss is ``LEAST_LOSS`` or more:
    it has at least one chance in twenty to lose something.

    Parameters
    ----------
    old, new : rows of a summary (docs/outputs.md), with ``key``, currency, mean and q95.
    key : the field that names the group.

    Returns
    -------
    dict : n_old and n_new, groups on each list; entered, left: groups on one list only, largest
        first; moved: groups on both, at most ``LARGEST_MOVES`` a currency, largest change first.
        A row has ``key``, currency, old_mean, old_q95, new_mean, new_q95, change; a group that a
        run does not know lost nothing in it.
    """
    sides = [{(str(row[key]), str(row["currency"])): row for row in rows} for rows in (old, new)]
    rows = [_row(name, key, *(side.get(name) for side in sides))
            for name in dict.fromkeys([*sides[1], *sides[0]])]
    before, now = ([row[f"{side}_q95"] >= LEAST_LOSS for row in rows] for side in ("old", "new"))
    state = list(zip(rows, before, now, strict=True))
    entered = [row for row, was, is_now in state if is_now and not was]
    left = [row for row, was, is_now in state if was and not is_now]
    stayed = sorted((row for row, was, is_now in state if was and is_now and row["change"] != 0.0),
                    key=lambda row: -abs(row["change"]))
    return {"n_old": sum(before), "n_new": sum(now),
            "entered": sorted(entered, key=lambda row: -row["new_q95"]),
            "left": sorted(left, key=lambda row: -row["old_q95"]),
            "moved": [row for currency in dict.fromkeys(row["currency"] for row in rows)
                      for row in _of(stayed, currency)[:LARGEST_MOVES]]}


def _of(rows: list[dict[str, Any]], currency: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["currency"] == currency]


def _row(name: tuple[str, str], key: str, old: Entry | None, new: Entry | None) -> dict[str, Any]:
    row: dict[str, Any] = {key: name[0], "currency": name[1]}
    for side, entry in (("old", old), ("new", new)):
        for figure in ("mean", "q95"):
            row[f"{side}_{figure}"] = float(entry[figure]) if entry else 0.0
    return row | {"change": row["new_mean"] - row["old_mean"]}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Compare two manifests.

    Returns
    -------
    dict : cards (kind, name, old and new version, ``changed``: the same card with other content),
        settings and software (name, old, new), one row for each that differs, None where a run had
        none; causes: whether portfolio and model differ at all. A card that only one run used is
        listed but no cause: its storm or its portfolio called for it.
    """
    cards = _card_rows(old["model_cards"], new["model_cards"])
    settings = [row for row in _rows(old["settings"], new["settings"]) if row["name"] not in UNSAID]
    software = _rows(old["software"], new["software"])
    hashes = [manifest["inputs"]["portfolio"]["sha256"] for manifest in (old, new)]
    named = {row["name"] for row in settings}
    return {"cards": cards, "settings": settings, "software": software, "causes": {
        "portfolio": hashes[0] != hashes[1] or bool(named & OF_THE_PORTFOLIO),
        "model": any(row["changed"] for row in cards) or bool(software)
        or bool(named - NOT_OF_THE_MODEL)}}


def _card_rows(old: Sequence[Entry], new: Sequence[Entry]) -> list[dict[str, Any]]:
    sides = [{(card["kind"], card["name"]): card for card in cards} for cards in (old, new)]
    rows = []
    for kind, name in sorted({*sides[0], *sides[1]}):
        a, b = (side.get((kind, name)) for side in sides)
        if a is None or b is None or a["sha256"] != b["sha256"]:
            rows.append({"kind": kind, "name": name, "old": a and a["version"],
                         "new": b and b["version"], "changed": a is not None and b is not None})
    return rows


def _rows(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the entries that differ; tuples and lists of the same things are the same."""
    plain = [{name: list(value) if isinstance(value, tuple) else value
              for name, value in side.items()} for side in (old, new)]
    return [{"name": name, "old": plain[0].get(name), "new": plain[1].get(name)}
            for name in dict.fromkeys([*plain[0], *plain[1]])
            if plain[0].get(name) != plain[1].get(name)]
