"""Recruitee (Tellent) boards: https://docs.recruitee.com/reference/offers"""

from typing import Any

from postings.posting import Place, Posting, Salary, Source, Workplace
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.pay import salary_from
from scraper.places import place
from scraper.terms import employment_type


class RecruiteeSpider(BoardSpider):
    """Reads a board in one answer; the key is the company's name there, or a domain of its own."""

    name = "recruitee"
    documented_api = True

    def addresses(self, key: str) -> list[str]:
        return [f"https://{key if '.' in key else f'{key}.recruitee.com'}/api/offers/"]

    def rows(self, page: dict[str, Any]) -> list[Any]:
        return page["offers"]

    def posting(self, row: dict[str, Any], source: Source) -> Posting | None:
        if row.get("status", "published") != "published":
            return None
        return Posting(
            source=source,
            ref=str(row["id"]),
            title=plain_text(row["title"]),
            url=row["careers_url"],
            apply_url=row.get("careers_apply_url"),
            employer=plain_text(row.get("company_name")) or None,
            places=_places(row),
            workplace=_workplace(row),
            employment_type=employment_type(row.get("employment_type_code")),
            department=plain_text(row.get("department")) or None,
            salary=_pay(row.get("salary") or {}),
            posted_at=utc(row.get("published_at") or row.get("created_at")),
            changed_at=utc(row.get("updated_at")),
            closes_at=utc(row.get("close_at")),
            description_html="".join(row.get(name) or "" for name in ("description", "requirements")),
        )


def _workplace(row: dict[str, Any]) -> Workplace | None:
    """The one of three that is set; several leave the choice, and that is hybrid only where it says so."""
    said = [kind for name, kind in _KINDS.items() if row.get(name)]
    return said[0] if len(said) == 1 or Workplace.HYBRID in said[:1] else None


_KINDS = {"hybrid": Workplace.HYBRID, "remote": Workplace.REMOTE, "on_site": Workplace.ONSITE}


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    rows = row.get("locations") or [{**row, "state": row.get("state_name")}]
    found = [
        place(city=each.get("city"), region=each.get("state"), country=each.get("country") or each.get("country_code"))
        for each in rows
    ]
    found = [each for each in found if each is not None] or [place(row.get("location"))]
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _pay(field: dict[str, Any]) -> Salary | None:
    return salary_from(field.get("min"), field.get("max"), field.get("currency"), field.get("period"))
