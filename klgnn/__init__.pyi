from .evaluation import Evaluation as Evaluation
from .evaluation import evaluate as evaluate
from .graphs import IntervalGraphs as IntervalGraphs
from .quotient import Quotient as Quotient
from .runs import Run as Run
from .training import train as train
