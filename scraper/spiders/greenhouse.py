"""Greenhouse boards: https://developers.greenhouse.io/job-board.html"""

from collections.abc import Iterable
from html import unescape
from typing import Any

from postings.posting import Place, Posting, Salary, Source
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from


class GreenhouseSpider(BoardSpider):
    """Reads a board in one answer that holds all its postings."""

    name = "greenhouse"
    documented_api = True
    board_url = "https://boards-api.greenhouse.io/v1/boards/{key}/jobs?content=true&pay_transparency=true"

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["jobs"]

    def total(self, page: dict[str, Any]) -> int | None:
        return page.get("meta", {}).get("total")

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        place = plain_text((row.get("location") or {}).get("name"))
        departments = [plain_text(each["name"]) for each in row.get("departments") or ()]
        return Posting(
            source=source,
            ref=str(row["id"]),
            title=plain_text(row["title"]),
            url=row["absolute_url"],
            employer=plain_text(row.get("company_name")) or None,
            places=(Place(place),) if place else (),
            department=", ".join(departments) or None,
            salary=_pay(row.get("pay_input_ranges") or ()),
            language=row.get("language"),
            posted_at=utc(row.get("first_published")),
            changed_at=utc(row.get("updated_at")),
            closes_at=utc(row.get("application_deadline")),
            description_html=unescape(row.get("content") or ""),
        )


def _pay(ranges: Iterable[dict[str, Any]]) -> Salary | None:
    """The first pay range; there is one for each jurisdiction, its interval in the words of its title."""
    for each in ranges:
        ends = (each.get("min_cents"), each.get("max_cents"))
        return salary_from(*ends, each.get("currency_type"), each.get("title"), cents=True)
    return None
