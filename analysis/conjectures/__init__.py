"""Conjectures as small objects: state one in ten lines, test it on everything.

`base` says what a conjecture is, `subject` what it sees of an interval, `builtin` has every
statement of the project's page of mathematics, `registry` finds those of others. `population` says
which intervals are looked at, `run` looks at them, `tally` adds up, `journal` lets a killed run go
on. `certificate` writes a counterexample down so that it can be checked without this package, by
`standalone` and `rechecks`, which share no code with it.
"""

from analysis.conjectures.base import Conjecture, Outcome, conjecture, determination
from analysis.conjectures.registry import all_conjectures, find_conjecture, load_conjectures
from analysis.conjectures.run import Examination, Scope, examine, examine_interval
from analysis.conjectures.subject import Subject

__all__ = [
    "Conjecture",
    "Examination",
    "Outcome",
    "Scope",
    "Subject",
    "all_conjectures",
    "conjecture",
    "determination",
    "examine",
    "examine_interval",
    "find_conjecture",
    "load_conjectures",
]
