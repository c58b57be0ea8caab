"""Lever boards: https://github.com/lever/postings-api"""

from typing import Any

from postings.posting import Place, Posting, Salary, Source
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.terms import employment_type, workplace

#: The key of a board of the European instance begins so.
EUROPE = "eu/"


class LeverSpider(BoardSpider):
    """Reads a board in one answer; a board is at one of two instances."""

    name = "lever"
    documented_api = True
    board_url = (
        "https://api.lever.co/v0/postings/{key}?mode=json",
        "https://api.eu.lever.co/v0/postings/{key}?mode=json",
    )

    def addresses(self, key: str) -> list[str]:
        found = super().addresses(key.removeprefix(EUROPE))
        return found[1:] if key.startswith(EUROPE) else found

    def rows(self, page: list[Any]) -> list[Any]:
        if not isinstance(page, list):
            raise TypeError("no list of postings")
        return page

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        about = row.get("categories") or {}
        places = about.get("allLocations") or [about.get("location")]
        return Posting(
            source=source,
            ref=row["id"],
            title=plain_text(row["text"]),
            url=row["hostedUrl"],
            apply_url=row.get("applyUrl"),
            places=tuple(Place(name) for place in places if (name := plain_text(place))),
            workplace=workplace(row.get("workplaceType")),
            employment_type=employment_type(about.get("commitment")),
            department=plain_text(about.get("department") or about.get("team")) or None,
            salary=_pay(row.get("salaryRange") or {}),
            posted_at=utc(row.get("createdAt")),
            description_html=_whole_text(row),
        )


def _pay(field: dict[str, Any]) -> Salary | None:
    return salary_from(field.get("min"), field.get("max"), field.get("currency"), field.get("interval"))


def _whole_text(row: dict[str, Any]) -> str:
    """Put a description together: it is spread over four fields, and its lists are bare items."""
    parts = [row.get("description") or ""]
    for each in row.get("lists") or ():
        content = each.get("content") or ""
        bare = content.lstrip().startswith("<li")
        heading = plain_text(each.get("text"))
        parts += [f"<h3>{heading}</h3>" if heading else "", f"<ul>{content}</ul>" if bare else content]
    return "".join([*parts, row.get("additional") or "", row.get("salaryDescription") or ""])
