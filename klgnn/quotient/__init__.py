"""The quotient of a set of Bruhat intervals: one node for each kind of upper interval in them.

If messages only come down from the top, the state of a vertex z of [x, w] depends on [z, w] alone.
Vertices with isomorphic [z, w], in whatever graphs, then share one state, one label P_{z,w} and one
node here: millions of vertices become thousands of classes.

A class is known by its *name*, a 128-bit hash read from the top down: the corank of z and, over the
edges z -> y of [z, w], the multiset of (length of the edge, name of y). What that means:

* Proved: isomorphic upper intervals have equal names, for a name is computed from the graph of
  [z, w] without looking at the order of vertices or edges. So a split by class separates no twins.
* Proved, but for collisions of the hash (k classes collide with a probability of about k^2 / 2^129,
  if its words behave like random ones): the names are as fine as any network can be that only
  passes messages down these graphs, with the corank and the length of an edge as its features.
* Not proved, only checked: that they are as fine as isomorphism. Top-down refinement unfolds the
  graph into a tree, and other graphs might unfold alike. They are as fine on all pairs of S_5, S_6
  and S_7, where there are 91, 1,520 and 48,931 names, as many as isomorphism classes. No class has
  been met with two polynomials. `counts`, `size` and `labels` are those of the representative of a
  class, and lean on this.

Nobody seems to have published this construction; it was tried for this package. It is the idea of
colour refinement (Morris et al., 2019, arXiv:1810.02244), directed and shared between graphs.
"""

from klgnn.quotient.counts import CountLayout, count_names
from klgnn.quotient.kernels import LEFT_OUT
from klgnn.quotient.quotient import Quotient, QuotientBuilder
from klgnn.quotient.representatives import Representatives, representatives
from klgnn.quotient.vertices import vertex_counts, vertex_names

__all__ = [
    "LEFT_OUT",
    "CountLayout",
    "Quotient",
    "QuotientBuilder",
    "Representatives",
    "count_names",
    "representatives",
    "vertex_counts",
    "vertex_names",
]
