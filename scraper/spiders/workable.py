"""Workable boards, by the widget: https://help.workable.com/hc/en-us/articles/115012771647"""

from typing import Any

from postings.posting import Place, Posting, Source, Workplace
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.places import place
from scraper.terms import employment_type


class WorkableSpider(BoardSpider):
    """Reads a board in one answer that holds all its postings, one row for each place."""

    name = "workable"
    board_url = "https://apply.workable.com/api/v1/widget/accounts/{key}?details=true"
    #: One host serves all boards, and bears little.
    at_once = 2

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return [{**row, "account": page.get("name")} for row in page["jobs"]]

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        return Posting(
            source=source,
            ref=str(row["shortcode"]),
            title=plain_text(row["title"]),
            url=row["url"],
            apply_url=row.get("application_url"),
            employer=plain_text(row["account"]) or None,
            places=_places(row),
            # A posting that may be done from afar still has a city; one that says nothing is not said to be on site.
            workplace=Workplace.REMOTE if row.get("telecommuting") else None,
            employment_type=employment_type(row.get("employment_type")),
            department=plain_text(row.get("department")) or None,
            posted_at=utc(row.get("published_on") or row.get("created_at")),
            description_html=row.get("description") or "",
        )


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    known = row.get("locations") or [{**row, "region": row.get("state")}]
    found = [
        place(city=each.get("city"), region=each.get("region"), country=each.get("country") or each.get("countryCode"))
        for each in known
        if not each.get("hidden")
    ]
    return tuple(dict.fromkeys(each for each in found if each is not None))
