"""Ashby boards: https://developers.ashbyhq.com/docs/public-job-posting-api"""

from typing import Any

from postings.posting import Place, Posting, Salary, Source
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.terms import employment_type, workplace


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
        places = [row, *(row.get("secondaryLocations") or ())]
        return Posting(
            source=source,
            ref=row["id"],
            title=plain_text(row["title"]),
            url=row["jobUrl"],
            apply_url=row.get("applyUrl"),
            places=tuple(Place(name) for place in places if (name := plain_text(place.get("location")))),
            # isRemote says «remote possible»: it is true for hybrid postings too.
            workplace=workplace(row.get("workplaceType")),
            employment_type=employment_type(row.get("employmentType")),
            department=plain_text(row.get("department") or row.get("team")) or None,
            salary=_pay(row),
            posted_at=utc(row.get("publishedAt")),
            description_html=row.get("descriptionHtml") or row.get("descriptionPlain") or "",
        )


def _pay(row: dict[str, Any]) -> Salary | None:
    """The salary among what is paid; none where the employer does not want it shown."""
    if row.get("shouldDisplayCompensationOnJobPostings") is False:
        return None
    for each in (row.get("compensation") or {}).get("summaryComponents") or ():
        if each.get("compensationType") == "Salary":
            ends = (each.get("minValue"), each.get("maxValue"))
            return salary_from(*ends, each.get("currencyCode"), each.get("interval"))
    return None
