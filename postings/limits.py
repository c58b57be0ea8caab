"""For how long an operator wants things kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """For how long things are kept; None for ever."""

    #: Texts of closed postings, since they were closed.
    texts: timedelta | None = None
    #: Records of crawls that closed nothing, or whose closings were all taken back.
    crawls: timedelta | None = None

    @classmethod
    def of_environment(cls) -> Limits:
        """As the operator's settings say.

        Raises:
            ValueError: where one is no number of days; its text is one line and names it.
        """
        return cls(_days("CLIMATE_JOBS_KEEP_TEXTS"), _days("CLIMATE_JOBS_KEEP_CRAWLS"))


def _days(name: str) -> timedelta | None:
    said = os.environ.get(name, "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and 0 < int(said) < 100_000):
        raise ValueError(f"{name}: {said[:80]!r} is no number of days")
    return timedelta(days=int(said))
