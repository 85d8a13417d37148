"""What trained networks show in their salient parts, beside what their controls show there.

`results` is the data, `counts` what it is made of, `weighing` makes it.
"""

from analysis.evidence.results import (
    CONTROLS,
    DECISIVE,
    FEWEST_EDGES,
    LEVEL,
    Comparison,
    CubeEvidence,
    Evidence,
    MapDifferences,
    MapEvidence,
    SalientParts,
    TypeEvidence,
)
from analysis.evidence.weighing import weigh

__all__ = [
    "CONTROLS",
    "DECISIVE",
    "FEWEST_EDGES",
    "LEVEL",
    "Comparison",
    "CubeEvidence",
    "Evidence",
    "MapDifferences",
    "MapEvidence",
    "SalientParts",
    "TypeEvidence",
    "weigh",
]
