"""Relations between invariants of intervals, proposed, refuted and reduced by machine.

`invariants` names what is computed of an interval, `tables` does it for all classes of S_n or a
sample; `equalities` and `inequalities` propose, `refute` tries elsewhere, `reduce` throws away what
follows, `search` does these in turn and `run` everything. `known` labels results afterwards;
`baseline` says how a relation fares when labels are permuted.

Each name is loaded when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
