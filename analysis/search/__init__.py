"""Hunting counterexamples where not everything can be listed: `klgnn conjecture search`.

What is searched: `objectives` scores pairs x < w for a conjecture, `quantities` for a number to be
made large; `watching` counts and keeps the best. How: `cross_entropy` trains a policy that writes
words letter by letter, in any game of `games`; `random_walks` and `local_search` need no network.
`methods` makes sequences of rounds of them, `run` shares a budget among these, and `state` lets a
stopped search go on. `graph_games` is A. Wagner's own example, played by the same engine.

Each name is loaded when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
