"""How much a network leans on each vertex and each edge of a graph.

Four methods, from the cheapest on: the gradient with respect to the vertex features, that times the
features, integrated gradients, and occlusion, which leaves one thing out and looks at the answer
again. What is read may be the logit that decides, the loss against the true coefficient, or the
margin between two values of it. A vertex's score is the sum over its features of the absolute value
of the signed attribution.

An edge is attributed by its weight: every message that runs along it is multiplied by a number that
is 1. A network whose features reach nothing (a first layer whose units are all dead, see
`first_layer_health`) still counts messages, so its edges and its occlusions speak where its feature
gradients are silent.

captum differentiates where it is right. Its integrated gradients put many copies of `x` one after
the other beside one `edge_index`: an error for a batch, and for a single graph a wrong answer
without one. (Told to take one step at a time it is right, but cannot say its completeness gap.) Its
occlusion takes a row of `x` for an example. Both are loops of our own here. Graphs of a batch
exchange no messages, so one backward pass serves all of them.

Under a maximum readout automorphic vertices tie, and rounding decides which of them is meant. None
of the methods says why the answer is right. Read them beside `analysis.controls`.

`analysis.attribution.methods` has them one a file, with their sources, and takes others. The way of
asking a network about Bruhat intervals is that of Davies and others, Nature 600 (2021).
"""

from analysis.attribution.health import FirstLayerHealth, first_layer_health
from analysis.attribution.over_batches import attribute, feature_attributions
from analysis.attribution.results import Attributions
from analysis.choices import Part, Target

__all__ = [
    "Attributions",
    "FirstLayerHealth",
    "Part",
    "Target",
    "attribute",
    "feature_attributions",
    "first_layer_health",
]
