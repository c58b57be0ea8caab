"""Listings that others keep: whom to credit for what we read there, and what their terms ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing whose postings stand on its own pages."""

    name: str
    homepage: str
    #: Whether its postings may be handed on to other job sites, as search engines' job markup does.
    republish: bool = True
    #: Its terms ask for no more than one crawl in so long.
    shortest: timedelta = timedelta()


#: By kind of source; each spider's docstring links the terms.
LISTINGS = {
    "arbeitnow": Listing("Arbeitnow", "https://www.arbeitnow.com"),
    "getro": Listing("Getro", "https://www.getro.com"),
    "himalayas": Listing("Himalayas", "https://himalayas.app", republish=False),
    "jobicy": Listing("Jobicy", "https://jobicy.com", republish=False, shortest=timedelta(hours=1)),
    "remotive": Listing("Remotive", "https://remotive.com", republish=False, shortest=timedelta(hours=6)),
}
