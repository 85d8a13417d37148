"""The ways to attribute, one a file, and how they are found.

A method is an object with a name, the words that a report needs, and `attribute`, which takes the
number in question (`Asked`) to signed values (`Signed`). It is announced in the entry-point group
``klgnn.attributions``, the built-in ones in klgnn's own pyproject.toml; from Python an object will
do as well.

Example:
    >>> class Nothing:
    ...     name, noun, means = "nothing", "nothing", "nothing at all"
    ...     takes_whole = False
    ...
    ...     def attribute(self, asked):
    ...         return Signed(0 * asked.inputs().detach())
    >>> isinstance(Nothing(), AttributionMethod)
    True
"""

from analysis.attribution.asked import Asked, Signed
from analysis.attribution.methods.base import AttributionMethod
from analysis.attribution.methods.registry import find_method

__all__ = ["Asked", "AttributionMethod", "Signed", "find_method"]
