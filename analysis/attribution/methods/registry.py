"""Finding a method of attribution by its name."""

from __future__ import annotations

from importlib import metadata

from analysis.attribution.methods.base import AttributionMethod
from analysis.choices import METHOD_GROUP, check_method
from data_gen.errors import UsageError

__all__ = ["find_method"]


def find_method(method: str | AttributionMethod) -> AttributionMethod:
    """Finds a method that klgnn or another package announces; an object is left as it is.

    Raises:
        UsageError: If there is none of that name, or what is announced is none.

    Example:
        >>> find_method("input-x-gradient").noun
        'input times gradient'
        >>> find_method("gradiant")
        Traceback (most recent call last):
        data_gen.errors.UsageError: --method 'gradiant': take one of gradient, input-x-gradient, \
integrated-gradients, occlusion. Did you mean gradient?
    """
    if not isinstance(method, str):
        return _checked(method, type(method).__name__)
    check_method(method)
    (point, *_) = metadata.entry_points(group=METHOD_GROUP, name=method)
    try:
        found = point.load()
    except Exception as error:  # whatever another package does when it is imported
        raise UsageError(
            f"--method {method!r} is {point.value!r}, which does not load: "
            f"{type(error).__name__}: {error}"
        ) from error
    return _checked(found() if isinstance(found, type) else found, point.value)


def _checked(found: object, where: str) -> AttributionMethod:
    if not isinstance(found, AttributionMethod):
        raise UsageError(
            f"{where!r} is no attribution: it needs name, noun, means, takes_whole and attribute."
        )
    return found
