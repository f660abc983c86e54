"""The kinds of opportunity, one file each holding ``FINDER``; adding one touches nothing else."""

import pkgutil
from functools import cache
from importlib import import_module

from regulars.decisions.finder import Finder


@cache
def all_finders() -> dict[str, Finder]:
    """Every finder by its kind, in alphabetical order."""
    modules = (
        import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    )
    finders: list[Finder] = [module.FINDER for module in modules]
    return {finder.kind: finder for finder in sorted(finders, key=lambda finder: finder.kind)}
