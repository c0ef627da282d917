"""A control: one promise broken in one way, and the test that must fail then."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any


@dataclass(frozen=True, slots=True)
class Control:
    """A promise broken in one way."""

    promise: int
    """Number of the promise."""
    breaks: str
    """Effect of the replacement; also the control's name."""
    seam: Any
    """The public function, method or property that is replaced."""
    by: Callable[[Any], Any]
    """Makes the replacement from the original."""
    test: str
    """Test that must fail: a file, or one test in it."""


def does_nothing(original: Any) -> Any:
    """Replacement of a function by one without effect that returns None."""
    return always(None)(original)


def always(answer: Any) -> Callable[[Any], Any]:
    """Replacement of a function by one that returns the same answer each time."""
    return lambda original: lambda *args, **options: answer


def owner_of(seam: Any) -> tuple[Any, str]:
    """The module or class that defines the replaced function, and its name there."""
    function: Any = seam.fget if isinstance(seam, property) else seam
    *classes, name = function.__qualname__.split(".")
    return reduce(getattr, classes, sys.modules[function.__module__]), name


def apply(control: Control) -> None:
    """Put the replacement where the original is defined, and in every module that has imported it."""
    owner, name = owner_of(control.seam)
    replacement = control.by(control.seam)
    setattr(owner, name, replacement)
    modules = [module for path, module in sys.modules.items() if path.startswith("tui.")]
    for module in modules:
        for alias in [alias for alias, value in vars(module).items() if value is control.seam]:
            setattr(module, alias, replacement)
