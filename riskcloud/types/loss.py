"""Footprints, curves and what a forecast found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.types.arrays import Bools, Floats, Ints, Times, same_length
from riskcloud.types.typhoon import Outlook, Swath, Track

if TYPE_CHECKING:  # pandas takes 0.3 s to import; nothing here needs it at run time
    import pandas as pd


COVERAGES = ("building", "other", "contents", "bi")
"""Coverages in the order of every array of losses and sums insured (bi: business interruption)."""
STAGES = ("ground_up", "gross")
"""Stages of a loss: before any terms, after the location's."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Sparse intensity of events at sites (CSR): row ``event``, column ``site_idx``.

    indptr (n_events + 1,), site_idx and intensity (n_pairs,). ``measure`` is a name such as
    ``gust_3s``, ``unit`` its unit (``m/s``). Wind also has the direction the wind of the maximum
    comes from (degrees clockwise from north) and its time.
    """

    event_id: npt.NDArray[Any]
    n_sites: int
    indptr: Ints
    site_idx: Ints
    intensity: Floats
    measure: str
    unit: str
    from_direction_deg: Floats | None = None
    time_utc: Times | None = None

    def __post_init__(self) -> None:
        same_length("Footprint", site_idx=self.site_idx, intensity=self.intensity)
        if len(self.indptr) != len(self.event_id) + 1 or self.indptr[-1] != len(self.site_idx):
            raise InputError("Footprint: indptr does not fit its events and pairs")


@dataclass(frozen=True, slots=True)
class CurveArrays:
    """Damage curves as the sampling kernel takes them (built by ``vulnerability.library``).

    A *set* is what one asset class draws from: alternative curves with weights. A *curve* is one
    or more rows (one a damage state of a fragility curve, in ascending severity; exactly one for
    a vulnerability curve). All arrays are contiguous.

    set_start (n_sets + 1,), set_curve (n_members,), set_weight (n_members,): the curves of a set
    are ``set_curve[set_start[s]:set_start[s + 1]]``, their weights sum to 1.
    row_start (n_curves + 1,): rows of a curve. measure (n_curves,): position in ``measures``.
    is_fragility (n_curves,). spread_sigma (n_curves,): standard deviation of ln(capacity), the
    curve's own uncertainty, drawn once a realisation. precision (n_curves,): the beta precision
    phi of the damage ratio of one asset given its mean (variance = m(1-m)/(1+phi)), inf for
    fragility curves.
    form (n_rows,): a code of ``kernels.curves``; params (n_rows, 4). consequence (n_rows,): mean
    damage ratio in that state (1.0 for vulnerability rows). state (n_rows,): position in
    ``states``, -1 for vulnerability rows. table_start (n_rows + 1,), table_x, table_y: nodes of
    tabulated curves.
    """

    measures: tuple[str, ...]
    states: tuple[str, ...]
    curve_id: tuple[str, ...]
    set_start: Ints
    set_curve: Ints
    set_weight: Floats
    row_start: Ints
    measure: Ints
    is_fragility: Bools
    spread_sigma: Floats
    precision: Floats
    form: Ints
    params: Floats
    consequence: Floats
    state: Ints
    table_start: Ints
    table_x: Floats
    table_y: Floats


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """What one forecast found; every output file is written from this.

    summary holds what summary.json holds (docs/outputs.md); losses is one row a location with the
    columns of losses.csv and lon, lat, province, county; manifest the inputs, cards, settings and
    versions that reproduce it. track is the likeliest track, filled; outlook what it was made
    from; paths the tracks drawn (time_utc, lon, lat of each). The sampled losses went to disk
    while they were made.
    """

    summary: Mapping[str, Any]
    losses: "pd.DataFrame"
    track: Track
    swath: Swath
    outlook: Outlook
    paths: tuple[tuple[Times, Floats, Floats], ...] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
