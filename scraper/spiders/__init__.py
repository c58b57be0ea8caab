"""One file for each ATS or kind of listing, named for it."""

from pkgutil import iter_modules


def kinds() -> list[str]:
    """The kinds of source there is a spider for; without loading any."""
    return sorted(module.name for module in iter_modules(__path__))
