"""How fast each host may be asked."""

from __future__ import annotations

import os

#: Requests a second for hosts that are known to bear more, or less, than one.
KNOWN: dict[str, float] = {
    "boards-api.greenhouse.io": 4,
    "api.lever.co": 2,
    "api.eu.lever.co": 2,
    "api.ashbyhq.com": 2,
    "apply.workable.com": 0.5,
    "api.smartrecruiters.com": 4,
    "remotive.com": 0.2,
    "jobicy.com": 0.2,
    "himalayas.app": 0.5,
    "www.arbeitnow.com": 0.5,
    "api.getro.com": 0.25,
}
DEFAULT = 1.0


def pace_of(host: str) -> float:
    """Requests a second to a host, 0 without limit.

    What ``CLIMATE_JOBS_PACE`` says holds for all hosts; else what is known of this one; else the default.

    Raises:
        ValueError: where the variable holds no number of requests a second.
    """
    said = os.environ.get("CLIMATE_JOBS_PACE", "").strip()
    if not said:
        return KNOWN.get(host, DEFAULT)
    try:
        pace = float(said)
    except ValueError:
        pace = -1
    if not 0 <= pace < 10_000:
        raise ValueError(f"CLIMATE_JOBS_PACE: {said!r} is no number of requests a second")
    return pace
