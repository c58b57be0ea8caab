"""Ashby boards: https://developers.ashbyhq.com/docs/public-job-posting-api"""

from typing import Any

from postings.posting import EmploymentType, Place, Posting, Source, Workplace
from scraper.boards import BoardSpider
from scraper.clean import describe, plain_text, utc


class AshbySpider(BoardSpider):
    """Reads a board in one answer that holds all its postings."""

    name = "ashby"
    documented_api = True
    board_url = "https://api.ashbyhq.com/posting-api/job-board/{key}?includeCompensation=true"

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["jobs"]

    def posting(self, row: dict[str, Any], source: Source) -> Posting | None:
        if row.get("isListed") is False:
            return None
        html, text = describe(row.get("descriptionHtml") or row.get("descriptionPlain"))
        places = [row, *(row.get("secondaryLocations") or ())]
        return Posting(
            source=source,
            ref=row["id"],
            title=plain_text(row["title"]),
            url=row["jobUrl"],
            apply_url=row.get("applyUrl"),
            places=tuple(Place(name) for place in places if (name := plain_text(place.get("location")))),
            # isRemote says «remote possible»: it is true for hybrid postings too.
            workplace=_WORKPLACES.get(row.get("workplaceType") or ""),
            employment_type=_TYPES.get(row.get("employmentType") or ""),
            department=plain_text(row.get("department") or row.get("team")) or None,
            posted_at=utc(row.get("publishedAt")),
            description_html=html,
            description_text=text,
        )


_WORKPLACES = {"Remote": Workplace.REMOTE, "Hybrid": Workplace.HYBRID, "OnSite": Workplace.ONSITE}
_TYPES = {
    "FullTime": EmploymentType.FULL_TIME,
    "PartTime": EmploymentType.PART_TIME,
    "Intern": EmploymentType.INTERNSHIP,
    "Contract": EmploymentType.CONTRACT,
    "Temporary": EmploymentType.TEMPORARY,
}
