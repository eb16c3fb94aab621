"""What summary.json says of a portfolio under an event set, beside the statistics."""

from typing import TYPE_CHECKING, Any

from riskcloud.analysis.risk.perils import STORM
from riskcloud.analysis.risk.years import premium_rows
from riskcloud.exposure.portfolio import Portfolio

if TYPE_CHECKING:
    from riskcloud.analysis.risk.run import Risk


def summarise(risk: "Risk", portfolio: Portfolio) -> dict[str, Any]:
    """Return the portfolio, the event set, the samples, what was looked at, the ground."""
    events = risk.events
    facts = {} if events is None else events.facts
    value = risk.exposed.value.sum(axis=1)
    codes = risk.table["currency"].astype(str).to_numpy()
    premium = premium_rows(risk)
    return {
        **({"reinstatement_premium": premium} if premium else {}),
        "portfolio": {
            "source": portfolio.source, "n_locations": len(risk.row),
            "n_sites": len(risk.exposed.assets.share), "n_rejected": portfolio.rejected_rows,
            "tiv": {str(one): float(value[codes == one].sum()) for one in risk.currencies}},
        "event_set": {"method": facts.get("method"), "years": float(risk.years),
                      "n_events": len(risk.all_events)},
        "perils": list(risk.request.perils), "codes": list(risk.codes),
        "samples": risk.request.samples,
        "negligible_ratio": risk.request.negligible, "work": dict(risk.work),
        "wind_models": [{"model": name, "weight": weight} for name, weight in risk.weights.items()
                        if STORM in risk.kinds],
        "layers": [{"layer": one.layer, "given": one.given, "source": one.source,
                    "detail": one.detail} for one in risk.exposed.winds.layers]}
