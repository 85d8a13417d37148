"""Formulas on the unlabelled graph of a Bruhat interval, theorems and conjectures.

`bitgraph` is the graph as bit masks; `diamonds`, `clusters` and `hypercube_decompositions` find all
hypercube decompositions; `r_tilde`, `bbdvw` and `double_shortcuts` are formulas from one or two of
them; `linear_coefficient` and `boolean` need none. `whole` is what is true of one interval,
`exact` looks it up by the permutations, `from_graph` computes it from the graph alone; `census`
lists the isomorphism classes of S_n and `checking` checks every formula on them.

Each name is loaded when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
