"""Pinpoint boards: https://developers.pinpointhq.com/docs/jobs-json-endpoint"""

from typing import Any

from postings.posting import Place, Posting, Salary, Source
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.places import place
from scraper.terms import employment_type, workplace

#: The fields a text is spread over; each but the first has a heading of its own.
TEXTS = ("description", "key_responsibilities", "skills_knowledge_expertise", "benefits")


class PinpointSpider(BoardSpider):
    """Reads a board in one answer that holds all its postings; none of them says when it was posted."""

    name = "pinpoint"
    documented_api = True
    board_url = "https://{key}.pinpointhq.com/postings.json"

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["data"]

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        found = _place(row.get("location") or {})
        return Posting(
            source=source,
            ref=str(row["id"]),
            title=plain_text(row["title"]),
            url=row["url"],
            places=(found,) if found else (),
            workplace=workplace(row.get("workplace_type")),
            employment_type=employment_type(row.get("employment_type")),
            department=plain_text(((row.get("job") or {}).get("department") or {}).get("name")) or None,
            salary=_pay(row) if row.get("compensation_visible") else None,
            closes_at=utc(row.get("deadline_at")),
            description_html="".join(_section(row, name) for name in TEXTS),
        )


def _place(where: dict[str, Any]) -> Place | None:
    found = place(where.get("name"), city=where.get("city"), region=where.get("province"))
    # Any words stand where a city should, such as «Varies by Listing».
    return found if found is None or found.country else Place(found.text)


def _pay(row: dict[str, Any]) -> Salary | None:
    names = ("minimum", "maximum", "currency", "frequency")
    return salary_from(*(row.get(f"compensation_{name}") for name in names))


def _section(row: dict[str, Any], name: str) -> str:
    content = row.get(name) or ""
    heading = plain_text(row.get(f"{name}_header"))
    return f"<h3>{heading}</h3>{content}" if heading and content else content
