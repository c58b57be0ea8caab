"""The tables, and nothing else: where employers, sources, postings, tags and crawls are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

#: SQLite numbers rows by its own INTEGER only.
BigId = BigInteger().with_variant(Integer, "sqlite")
#: Few sources are read at any time, and only those need be found by who reads them.
_LEASED = "lease IS NOT NULL"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: turned to UTC going in, aware coming out. SQLite alone would drop the offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is UTC:
            return value
        if value.utcoffset() is None:
            raise ValueError(f"a time without a zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return moment.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share: names for constraints, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON, str: String, int: BigId}  # noqa: RUF012


class Note(Base):
    """A fact about this database itself, such as which directory was loaded last."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class EmployerRow(Base):
    """Who hires."""

    __tablename__ = "employers"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    #: The name as it is looked up by: folded, without legal form.
    folded: Mapped[str] = mapped_column(index=True)
    homepage: Mapped[str | None]
    #: Who wrote it last: ``directory``, ``operator`` or ``listing``. The directory changes only its own.
    set_by: Mapped[str]


class EmployerSolutionRow(Base):
    """A solution an employer works on, and how that is known."""

    __tablename__ = "employer_solutions"

    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"), primary_key=True)
    solution: Mapped[str] = mapped_column(primary_key=True)
    evidence: Mapped[str]
    set_by: Mapped[str]

    __table_args__ = (Index("ix_employer_solutions_solution", "solution"),)


class SourceRow(Base):
    """A board or a listing, what is known of its last crawls, and who reads it now."""

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    #: None for a listing: its postings name their employers.
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employers.id"), index=True)
    #: ``active``, ``paused`` or ``removed``.
    state: Mapped[str]
    set_by: Mapped[str]
    added_at: Mapped[datetime]
    #: None: never crawled, so due at once.
    due_at: Mapped[datetime | None]
    #: Seconds between two crawls, as it was last worked out.
    interval: Mapped[int] = mapped_column(Integer, server_default=text("43200"))
    #: Failed crawls in a row.
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    lease: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    digest: Mapped[str | None]
    last_crawl_at: Mapped[datetime | None]
    last_complete_at: Mapped[datetime | None]
    #: When it last said that nothing had changed: all that is open was seen then, though none of it was written.
    unchanged_at: Mapped[datetime | None]
    last_outcome: Mapped[str | None]
    last_reason: Mapped[str | None] = mapped_column(Text)
    #: How often in a row the source was gone (404, 410), and since when.
    gone_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    gone_since: Mapped[datetime | None]
    #: Refs that a crawl would have closed, had they not been too many; closed when the next one says the same.
    held: Mapped[list[str] | None]
    held_at: Mapped[datetime | None]
    #: What the last complete crawl brought, in figures (``postings.drift.Profile``).
    profile: Mapped[dict[str, Any] | None]
    #: What is not as it was, until the next complete crawl says the same.
    alarm: Mapped[str | None] = mapped_column(Text)
    alarm_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index("ix_sources_due", "kind", "state", "due_at", "id"),
        # The same on PostgreSQL; to say so here would load its dialect, two megabytes, where SQLite is used.
        Index("ix_sources_lease", "lease", sqlite_where=text(_LEASED)),
    )


class CrawlRow(Base):
    """One crawl of one source: how it ended and what it changed."""

    __tablename__ = "crawls"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    outcome: Mapped[str]
    reason: Mapped[str | None] = mapped_column(Text)
    #: Whether somebody should look.
    faulty: Mapped[bool] = mapped_column(server_default=false())
    seen: Mapped[int] = mapped_column(Integer)
    new: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    closed: Mapped[int] = mapped_column(Integer)
    reopened: Mapped[int] = mapped_column(Integer)
    held: Mapped[int] = mapped_column(Integer)
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_crawls_ended_at", "ended_at"), {"sqlite_autoincrement": True})


_HIDDEN = text("shown_as IS NOT NULL")


class PostingRow(Base):
    """A posting without its text. Its id never changes and is never used again."""

    __tablename__ = "postings"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    ref: Mapped[str]
    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"), index=True)
    title: Mapped[str]
    url: Mapped[str]
    apply_url: Mapped[str | None]
    workplace: Mapped[str | None]
    remote_scope: Mapped[list[str] | None]
    employment_type: Mapped[str | None]
    department: Mapped[str | None]
    salary_min: Mapped[float | None] = mapped_column(Float)
    salary_max: Mapped[float | None] = mapped_column(Float)
    salary_currency: Mapped[str | None]
    salary_interval: Mapped[str | None]
    salary_from: Mapped[str | None]
    language: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    first_seen: Mapped[datetime]
    #: While it is open, its source may have been found unchanged since.
    last_seen: Mapped[datetime]
    #: When it was last read, and not only seen in a list.
    read_at: Mapped[datetime]
    #: What lists are sorted by: the day it was posted, else first seen; fixed when it is first seen.
    dated_at: Mapped[datetime]
    #: When anything a reader sees last changed, closing and reopening too.
    touched_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closing_crawl: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
    closing_rule: Mapped[str | None]
    #: Of what the source says in it; another fingerprint is a changed posting.
    fingerprint: Mapped[str]
    #: Of its tags.
    tagged: Mapped[str]
    #: The posting of the same vacancy that is shown in its place, and by which rule; None where it is shown itself.
    shown_as: Mapped[int | None]
    shown_rule: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("source_id", "ref"),
        Index("ix_postings_open", "closed_at", "dated_at", "id", "shown_as"),
        Index("ix_postings_touched_at", "touched_at"),
        Index("ix_postings_shown_as", "shown_as", sqlite_where=_HIDDEN),
        {"sqlite_autoincrement": True},
    )


class TextRow(Base):
    """A posting's text, kept apart: a list page never loads it."""

    __tablename__ = "texts"

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True, autoincrement=False)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class PlaceRow(Base):
    """A place of work of a posting, in the source's order."""

    __tablename__ = "places"

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    text: Mapped[str]
    city: Mapped[str | None]
    region: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    #: What it is found by: text, city and region, made comparable.
    folded: Mapped[str] = mapped_column(server_default="")
    #: The posting it was taken from that is shown as this one; None for a place of its own.
    member_id: Mapped[int | None]


class TagRow(Base):
    """A solution a posting serves, with the evidence for it."""

    __tablename__ = "tags"

    solution: Mapped[str] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True, autoincrement=False)
    confidence: Mapped[float] = mapped_column(Float)
    evidence: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_tags_posting_id", "posting_id"),)


class LikenessRow(Base):
    """What a posting is recognised by where it is published again (``postings.likeness``)."""

    __tablename__ = "likenesses"

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True, autoincrement=False)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class ApartRow(Base):
    """A posting that somebody said is a vacancy of its own, whatever it is like."""

    __tablename__ = "apart"

    posting_id: Mapped[int] = mapped_column(ForeignKey("postings.id"), primary_key=True, autoincrement=False)
    since: Mapped[datetime]


class SearchedRow(Base):
    """What a posting is searched by beside its text. The database indexes both with it (``store.searching``)."""

    __tablename__ = "searched"

    #: The text must stay as long as it is indexed: SQLite takes words out of its index by telling it them once more.
    posting_id: Mapped[int] = mapped_column(ForeignKey("texts.posting_id"), primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(Text)
    employer: Mapped[str] = mapped_column(Text)
    places: Mapped[str] = mapped_column(Text)


class ChangeRow(Base):
    """A posting that has changed, in the order in which the changes took place."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None: employers have.
    posting_id: Mapped[int | None]

    __table_args__ = ({"sqlite_autoincrement": True},)


class HostRow(Base):
    """An upstream host: when it may be asked next, and its robots.txt."""

    __tablename__ = "hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    #: The next free moment of its pace.
    next_at: Mapped[datetime | None]
    #: When it was asked last.
    asked_at: Mapped[datetime | None]
    #: It asked us to wait until then.
    wait_until: Mapped[datetime | None]
    #: Requests in a row it did not answer, and until when it is left alone for that.
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    broken_until: Mapped[datetime | None]
    robots_at: Mapped[datetime | None]
    robots_status: Mapped[int | None] = mapped_column(Integer)
    robots_body: Mapped[str | None] = mapped_column(Text)


class HostRequestRow(Base):
    """A request under way to a host; one that never ended is forgotten after a while."""

    __tablename__ = "host_requests"

    token: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(index=True)
    until: Mapped[datetime]


class PageRow(Base):
    """An imported page of the handbook, as it was read last."""

    __tablename__ = "handbook_pages"

    solution: Mapped[str] = mapped_column(primary_key=True)
    #: Where it lies in the handbook.
    file: Mapped[str]
    #: The file, byte for byte.
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    #: What was read in it (``postings.handbook.HandbookPage``).
    content: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]


class NamedRow(Base):
    """An employer that a page of the handbook names for its solution: weaker than what is known otherwise."""

    __tablename__ = "handbook_companies"

    employer_id: Mapped[int] = mapped_column(ForeignKey("employers.id"), primary_key=True)
    solution: Mapped[str] = mapped_column(primary_key=True)
    #: ``page`` or ``page-list``.
    evidence: Mapped[str]
    #: As the page writes it.
    name: Mapped[str]
    link: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_handbook_companies_solution", "solution"),)


class LinkRow(Base):
    """What came of looking at an address that a page links to."""

    __tablename__ = "handbook_links"

    address: Mapped[str] = mapped_column(Text, primary_key=True)
    #: ``sound``, ``moved``, ``broken``, ``nowhere`` or ``unknown``.
    state: Mapped[str]
    #: For people.
    reason: Mapped[str] = mapped_column(Text)
    moved_to: Mapped[str | None] = mapped_column(Text)
    checked_at: Mapped[datetime]
