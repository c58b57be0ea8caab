"""Gem boards: https://help.gem.com/databases/gem-help-center/the-job-board-api"""

from typing import Any

from postings.posting import Place, Posting, Source
from scraper.boards import BoardSpider
from scraper.clean import plain_text, utc
from scraper.terms import employment_type, workplace


class GemSpider(BoardSpider):
    """Reads a board in one answer that holds all its postings."""

    name = "gem"
    documented_api = True
    board_url = "https://api.gem.com/job_board/v0/{key}/job_posts/"

    def rows(self, page: list[Any]) -> list[Any]:
        if not isinstance(page, list):
            raise TypeError("no list of postings")
        return page

    def posting(self, row: dict[str, Any], source: Source) -> Posting:
        name = (row.get("location") or {}).get("name")
        named = [name] if name else [_place(office) for office in row.get("offices") or ()]
        departments = [plain_text(each.get("name")) for each in row.get("departments") or ()]
        return Posting(
            source=source,
            ref=str(row["id"]),
            title=plain_text(row["title"]),
            url=row["absolute_url"],
            places=tuple(Place(name) for name in dict.fromkeys(map(plain_text, named)) if name),
            workplace=workplace(row.get("location_type")),
            employment_type=employment_type(row.get("employment_type")),
            department=", ".join(filter(None, departments)) or None,
            posted_at=utc(row.get("first_published_at") or row.get("created_at")),
            changed_at=utc(row.get("updated_at")),
            description_html=row.get("content") or row.get("content_plain") or "",
        )


def _place(office: dict[str, Any]) -> str | None:
    return (office.get("location") or {}).get("name") or office.get("name")
