"""Rain that a tropical cyclone brings to sites: models, the coast's part, storm totals."""

from riskcloud.hazard.typhoon.rain.model import DEFAULT_MODEL, RainModel, load_model, model_names
from riskcloud.hazard.typhoon.rain.storm import StormRain, member_rain, rain_grades, storm_rain

__all__ = ["DEFAULT_MODEL", "RainModel", "StormRain", "load_model", "member_rain", "model_names",
           "rain_grades", "storm_rain"]
