"""What ``scrapy crawl … -O FILE`` writes: a line for each posting, in the form of the site's API."""

from __future__ import annotations

from typing import Any

from scrapy.exporters import CsvItemExporter, JsonItemExporter, JsonLinesItemExporter

from postings.as_json import as_read
from scraper.boards import Brought


class _EachPosting:
    """Writes the postings of what a crawl brought, not the bringing itself."""

    def export_item(self, item: Any) -> None:
        """Write each posting of a reading."""
        rows = [as_read(posting) for posting in item.reading.postings] if isinstance(item, Brought) else [item]
        for row in rows:
            super().export_item(row)  # type: ignore[misc]


class PostingLines(_EachPosting, JsonLinesItemExporter):
    """JSON, a line a posting."""


class PostingArray(_EachPosting, JsonItemExporter):
    """One JSON array."""


class PostingTable(_EachPosting, CsvItemExporter):
    """CSV."""
