"""How fast each host may be asked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

#: Requests a second for hosts that are known to bear more, or less, than one.
KNOWN: dict[str, float] = {
    "boards-api.greenhouse.io": 4,
    "api.lever.co": 2,
    "api.eu.lever.co": 2,
    "api.ashbyhq.com": 2,
    "apply.workable.com": 0.5,
    "api.smartrecruiters.com": 4,
    "remotive.com": 0.2,
}
DEFAULT = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Requests a second to one host; 0 is without limit."""

    a_second: float

    @property
    def delay(self) -> float:
        """Seconds between two requests."""
        return 1 / self.a_second if self.a_second else 0.0


def pace_of(host: str | None = None) -> Pace:
    """The pace of a host: what ``CLIMATE_JOBS_PACE`` says for all, else what is known, else the default.

    Raises:
        ValueError: where the variable holds no number of requests a second.
    """
    said = os.environ.get("CLIMATE_JOBS_PACE", "").strip()
    if not said:
        return Pace(KNOWN.get(host or "", DEFAULT))
    try:
        pace = float(said)
    except ValueError:
        pace = -1
    if not 0 <= pace < 10_000:
        raise ValueError(f"CLIMATE_JOBS_PACE: {said!r} is no number of requests a second")
    return Pace(pace)


def slots() -> dict[str, dict[str, Any]]:
    """Scrapy's download slots for the known hosts."""
    return {host: {"delay": pace_of(host).delay, "concurrency": 2} for host in KNOWN}
