"""The top-down network: states flow from the top of an interval to its bottom, level by level.

The state of z is made from the states of the y above it with an edge z -> y, from counts inside
[z, w], and from the labels P_{y,w} of those y: true ones where it is allowed to know them while it
learns, its own answers when it is asked. So it depends on [z, w] alone, whether z is a vertex of a
graph or a class of a `klgnn.quotient.Quotient`, and the same weights give the same answer in both.
What it knows of the mathematics is the first identity of `klgnn.identities`: coefficients are
answered one after the other, each with what the identity leaves for it. `TopDownConfig` switches
these parts off one by one.

Nobody seems to have trained so before; which part gives how much stands in docs/experiments.md.
"""

from klgnn.models.top_down.answers import Answers, answers
from klgnn.models.top_down.levels import LabelledLevels, Levels
from klgnn.models.top_down.network import TopDown, TopDownConfig

__all__ = ["Answers", "LabelledLevels", "Levels", "TopDown", "TopDownConfig", "answers"]
