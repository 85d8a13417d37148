"""How a command line may be spelled, and how its help spells it, the same for every verb.

typer shows a flag as ``--json <bool>``, which reads as if a value were wanted, and takes several
numbers in one way only: ``--n 5 --n 6`` for an option that may be repeated, ``--shares 70 15 15``
for one that has three values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from typer import BadParameter

__all__ = ["show_flags_bare", "spread_numbers"]

_NUMBERS = re.compile(r"\d+(,\d+)*")


def show_flags_bare(command: Any, ctx: Any) -> None:
    """Lets the help of a command, and of the commands in it, show flags without a type.

    Args:
        command: A command or group as typer builds it; changed.
        ctx: The context in which the help is shown.

    Example:
        >>> import typer
        >>> def work(loud: bool = False) -> None: ...
        >>> app = typer.Typer(add_completion=False)
        >>> _ = app.command()(work)
        >>> command = typer.main.get_command(app)
        >>> show_flags_bare(command, typer.Context(command))
        >>> [option.metavar for option in command.params]
        ['']
    """
    for option in (*command.params, command.get_help_option(ctx)):
        if getattr(option, "is_flag", False) and not getattr(option, "metavar", None):
            option.metavar = ""
    for inner in getattr(command, "commands", {}).values():
        show_flags_bare(inner, ctx)


def spread_numbers(command: Any, words: Sequence[str]) -> list[str]:
    """Spells lists of numbers as typer reads them.

    ``--n 5,6`` becomes ``--n 5 --n 6`` where --n may be repeated, and so does ``--n 5 6`` where no
    word can mean anything else; ``--shares 70,15,15`` becomes ``--shares 70 15 15`` where three
    values are wanted. What is no number stays as it is.

    Args:
        command: The command, or the group that the first word chooses from.
        words: The words of the command line after it.

    Raises:
        typer.BadParameter: If an option stands where another one's last value should.

    Example:
        >>> from klgnn.main import build_app
        >>> from typer.main import get_command
        >>> klgnn = get_command(build_app("generate"))
        >>> print(*spread_numbers(klgnn, "generate --n 5,6 --shares 80,10,10 --seed 7".split()))
        generate --n 5 --n 6 --shares 80 10 10 --seed 7
    """
    commands = getattr(command, "commands", None)
    if commands is not None:
        place = next((k for k, word in enumerate(words) if not word.startswith("-")), len(words))
        if place == len(words) or words[place] not in commands:
            return list(words)
        rest = spread_numbers(commands[words[place]], words[place + 1 :])
        return [*words[: place + 1], *rest]
    options = {name: option for option in command.params for name in option.opts}
    takes_words = any(option.param_type_name == "argument" for option in command.params)
    return list(_spread(options, list(words), takes_words))


def _spread(options: dict[str, Any], words: list[str], takes_words: bool) -> Iterator[str]:
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        option = options.get(name)
        if option is None or not (getattr(option, "multiple", False) or option.nargs > 1):
            yield word
            continue
        if equals:
            words.insert(0, value)
        if option.nargs > 1:
            yield from (name, *_several(option, name, words))
        elif not words or not (_NUMBERS.fullmatch(words[0]) or equals):
            yield name
        else:
            yield from _repeated(name, words, takes_words)


def _several(option: Any, name: str, words: list[str]) -> list[str]:
    """Takes the values of an option that has more than one."""
    following = words[: option.nargs]
    numbers = [word for word in following if _NUMBERS.fullmatch(word)]
    apart = numbers[0].split(",") if numbers[:1] == following[:1] and numbers else []
    if len(apart) == option.nargs > len(numbers):
        words.pop(0)
        return apart
    # typer would take the name of the next option for the value that is missing.
    place = next((k for k, word in enumerate(following) if word.startswith("--")), None)
    if place is not None:
        wanted = option.metavar or f"{option.nargs} values"
        raise BadParameter(
            f"{wanted} are wanted, and after {' '.join([name, *following[:place]])} comes "
            f"{following[place]}.",
            param_hint=name,
        )
    del words[: option.nargs]
    return following


def _repeated(name: str, words: list[str], takes_words: bool) -> Iterator[str]:
    """Takes the values of an option that may be repeated."""
    values = [words.pop(0)]
    while not takes_words and words and _NUMBERS.fullmatch(words[0]):
        values.append(words.pop(0))
    for value in values:
        for number in value.split(",") if _NUMBERS.fullmatch(value) else [value]:
            yield from (name, number)
