"""Finding conjectures: the built-in ones, those of installed packages, those in a user's file.

Wherever they come from, they come the same way: a `Conjecture`, or several, or a module that has
some. A package announces its own in the entry-point group `klgnn.conjectures`.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from analysis.conjectures.base import Conjecture
from analysis.conjectures.catalogue import CONJECTURES
from data_gen.console import say
from data_gen.errors import UsageError
from data_gen.storage import sha256

__all__ = [
    "ENTRY_POINT_GROUP",
    "all_conjectures",
    "as_conjecture",
    "conjectures_of_text",
    "find_conjecture",
    "load_conjectures",
]

ENTRY_POINT_GROUP = "klgnn.conjectures"
_OWN = "analysis.conjectures."


def all_conjectures() -> dict[str, Conjecture]:
    """The built-in conjectures, then those of installed packages.

    What a package announces and cannot be loaded, holds no conjecture, or takes a name that is
    there already, is left out with a warning that names it: somebody else's package must not stop
    the command.

    Example:
        >>> all_conjectures()["deodhar"].status
        'theorem'
    """
    found = {one.name: one for one in CONJECTURES}
    points = metadata.entry_points(group=ENTRY_POINT_GROUP)
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        if point.value.startswith(_OWN):
            continue
        for one in _announced(point):
            if found.setdefault(one.name, one) is not one:
                _left_out(point, f"there is a conjecture {one.name!r} already")
    return found


def _announced(point: metadata.EntryPoint) -> list[Conjecture]:
    """The conjectures of an entry point; none, with a warning, if that fails."""
    try:
        return _read(point.load(), point.value)
    except Exception as error:  # whatever another package does when it is imported
        _left_out(point, f"{type(error).__name__}: {error}")
        return []


def _left_out(point: metadata.EntryPoint, reason: str) -> None:
    package = point.dist.name if point.dist else "an installed package"
    say(f"Left out conjecture(s) {point.value!r} of {package}: {reason}")


def find_conjecture(name: str) -> Conjecture:
    """Finds a conjecture by its name.

    Raises:
        UsageError: If there is none; the message has the nearest name.

    Example:
        >>> find_conjecture("h-tilde").name
        'h-tilde'
    """
    known = all_conjectures()
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 1)
    file = Path(f"{name}.py")
    own = f"the file {str(file)!r}" if file.is_file() else ""
    meant = own or (repr(near[0]) if near else "")
    raise UsageError(
        f"there is no conjecture {name!r}. One of your own is given as its file, as my_idea.py."
        + (f" Did you mean {meant}?" if meant else "")
        + f" `klgnn conjecture list` has the {len(known)} names that there are."
    )


def as_conjecture(given: Conjecture | str | Path) -> Conjecture:
    """A conjecture, or the one of a name or of a Python file.

    Raises:
        UsageError: If there is none of that name, the file does not run, or it holds several.

    Example:
        >>> as_conjecture("deodhar") is find_conjecture("deodhar")
        True
    """
    if isinstance(given, Conjecture):
        return given
    if not isinstance(given, (str, Path)):
        raise UsageError(
            f"{given!r} is no conjecture: decorate a function with @conjecture(name, statement) "
            "from analysis.conjectures, or give a name or a Python file."
        )
    if Path(given).suffix != ".py":
        return find_conjecture(str(given))
    found = load_conjectures(given)
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise UsageError(f"{str(given)!r} holds {names}: take one of load_conjectures(path).")
    return found[0]


def load_conjectures(path: str | Path) -> tuple[Conjecture, ...]:
    """The conjectures in a Python file, in the order in which they stand there.

    The file is run, as ``python FILE`` would.

    Raises:
        UsageError: If it cannot be read, does not run, or holds none.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> text = '''from analysis.conjectures import conjecture
        ... @conjecture("short", "every interval is short")
        ... def short(interval):
        ...     return interval.length < 3
        ... '''
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "my_idea.py")
        ...     _ = path.write_text(text)
        ...     [one.name for one in load_conjectures(path)]
        ['short']
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{str(path)!r} cannot be read: {reason}.") from error
    return conjectures_of_text(text, str(path))


def conjectures_of_text(text: str, name: str) -> tuple[Conjecture, ...]:
    """The conjectures in the text of a Python file.

    Args:
        text: What the file says; so it can be sent to where the file is not.
        name: What to call the file in messages.

    Raises:
        UsageError: If it does not run, or holds none.

    Example:
        >>> text = '''from analysis.conjectures import conjecture
        ... @conjecture("short", "every interval is short")
        ... def short(interval):
        ...     return interval.length < 3
        ... '''
        >>> [short] = conjectures_of_text(text, "my_idea.py")
        >>> short.statement, short.file[0]
        ('every interval is short', 'my_idea.py')
    """
    module = ModuleType(f"klgnn_conjectures_{sha256((name + text).encode())[:16]}")
    module.__file__ = name
    # Dataclasses and pickle look their module up by its name.
    sys.modules[module.__name__] = module
    try:
        exec(compile(text, name, "exec"), vars(module))
    except (Exception, SystemExit) as error:
        raise UsageError(f"{name!r} does not run: {where_it_failed(error, name)}") from error
    return tuple(replace(one, file=(name, text)) for one in _read(module, name))


def where_it_failed(error: BaseException, file: str) -> str:
    """The last line of a traceback that lies in a file, and the error.

    Example:
        >>> where_it_failed(ValueError("no"), "my_idea.py")
        'ValueError: no'
    """
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename == file:
        return f"line {error.lineno}: {type(error).__name__}: {error.msg}"
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == file
    ]
    return f"line {lines[-1]}: {what}" if lines else what


def _read(given: Any, origin: str) -> list[Conjecture]:
    """A conjecture, several, or those of a module."""
    if isinstance(given, Conjecture):
        found = [given]
    elif isinstance(given, ModuleType):
        found = [one for one in vars(given).values() if isinstance(one, Conjecture)]
    else:
        several = list(given) if isinstance(given, Iterable) else [given]
        found = [one for one in several if isinstance(one, Conjecture)]
    if not found:
        raise UsageError(
            f"{origin!r} holds no conjecture: decorate a function with "
            "@conjecture(name, statement) from analysis.conjectures."
        )
    found = list({id(one): one for one in found}.values())
    names = [one.name for one in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"{origin!r} has two conjectures of the name {twice[0]!r}.")
    return found
