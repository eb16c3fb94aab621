"""Factors from the units people write to SI. Multiply at the border, never inside.

Source: BIPM, The International System of Units (9th ed. 2019), Table 8; the nautical mile and
the knot by international agreement (1 nmi = 1852 m, 1 kn = 1852/3600 m/s).
"""

from typing import Final

HPA: Final = 100.0
"""Pascal in a hectopascal (or millibar)."""
KM: Final = 1000.0
"""Metre in a kilometre."""
NMI: Final = 1852.0
"""Metre in an international nautical mile."""
KNOT: Final = 1852.0 / 3600.0
"""Metre per second in a knot."""
KM_PER_H: Final = 1000.0 / 3600.0
"""Metre per second in a kilometre per hour."""
MPH: Final = 0.44704
"""Metre per second in a statute mile per hour."""
HOUR: Final = 3600.0
"""Second in an hour."""
GRAVITY_M_S2: Final = 9.80665
"""Standard gravity (CGPM 1901), m/s2: what a `g` of ground motion is."""
EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of the Earth, IUGG (Moritz 2000), m."""
EARTH_ROTATION_RAD_S: Final = 7.2921159e-5
"""Angular speed of the Earth (Moritz 2000, Geodetic Reference System 1980), rad/s."""
FOOT: Final = 0.3048
"""Metre in an international foot (1959)."""
US_FOOT: Final = 1200.0 / 3937.0
"""Metre in a US survey foot."""
INCH: Final = 0.0254
"""Metre in an inch."""
