"""Conjectures as small objects: state one in ten lines, test it on everything.

`base` says what a conjecture is, `subject` what it sees of an interval, `builtin` has every
statement of the project's page of mathematics, `registry` finds those of others. `population` says
which intervals are looked at, `looking` looks at some of them and `run` at all, `tally` adds up,
`journal` lets a killed run go on. `certificate` writes a counterexample down so that it can be
checked without this package, by `standalone` and `rechecks`, which share no code with it.

Each name is loaded when it is first used, so that the list of conjectures is there at once.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
