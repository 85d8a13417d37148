"""Measuring what is known about held-out intervals: networks, beside everything that could win.

A suite (`suites`) says which isomorphism classes are asked about and what may be learnt from;
`problems` builds them and deals them out. A method (`methods`) learns and answers, `scores` judges
the answers, `running` keeps the results (`results`), and `tables` writes the page of them.
`levers` are trials of one method, the top-down network, with one part changed: see `lever_page`.
"""

from klgnn.benchmark.lever_page import lever_overview, lever_page
from klgnn.benchmark.levers import Lever, LeverTrials, levers_of
from klgnn.benchmark.methods import METHODS, Method, Outcome, Task, find_method
from klgnn.benchmark.problems import Problem, build_problem
from klgnn.benchmark.results import Result, write_results
from klgnn.benchmark.running import Benchmark
from klgnn.benchmark.scores import Answer, score
from klgnn.benchmark.suites import QUICK_SUITES, SUITES, Suite, find_suite
from klgnn.benchmark.tables import overview, page

__all__ = [
    "METHODS",
    "QUICK_SUITES",
    "SUITES",
    "Answer",
    "Benchmark",
    "Lever",
    "LeverTrials",
    "Method",
    "Outcome",
    "Problem",
    "Result",
    "Suite",
    "Task",
    "build_problem",
    "find_method",
    "find_suite",
    "lever_overview",
    "lever_page",
    "levers_of",
    "overview",
    "page",
    "score",
    "write_results",
]
