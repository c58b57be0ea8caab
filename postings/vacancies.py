"""Which postings of one employer are the same vacancy, and which of them is shown.

Pure: it knows no clock and no database. The same title alone proves nothing. What does:

- the same page, at two sources;
- the same title with the same text, or nearly the same, and nothing that speaks against it;
- the same title with a text that is a part of the other's, where a listing shortened it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from postings import same_page
from postings.likeness import Likeness
from postings.posting import EmploymentType, Salary, Workplace
from postings.same_page import Page

#: Another one means that what is stored was decided otherwise: it is decided anew.
VERSION = 2
#: Texts that are the same word for word prove something from so many words on; those that are nearly so need more.
SAME_WORDS, LIKE_WORDS = 12, 40
#: How much of both, and of the shorter one, two texts share that are nearly the same: a paragraph may be added, but
#: one that took another's place tells of another team. Measured; see docs/vacancies.md.
LIKE_BOTH, LIKE_SHORTER = 0.8, 0.94
#: How much longer the whole text is than a shortened one.
SHORTENED = 1.1
#: By so many numbers a text is looked up, each with so many vacancies; and so many of these are looked at, the
#: likeliest first. With so many of its postings another one is compared: those that came first.
_LOWEST, _COMMON, _LIKELIEST, _COMPARED = 8, 50, 20, 20
#: What one system calls a contract, another calls temporary, or leaves it to the title to say.
_VAGUE = {EmploymentType.CONTRACT, EmploymentType.TEMPORARY}


class Rule(StrEnum):
    """Why a posting is taken for a vacancy that another one tells of."""

    #: Both lead to the same page.
    ADDRESS = "address"
    #: Title and text are the same.
    TEXT = "text"
    #: Its text is a part of the other's.
    EXCERPT = "excerpt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an open posting."""

    id: int
    #: Any number, the same for all of one source.
    source: int
    #: Whether the source is the employer's own board.
    board: bool
    ref: str
    title: str
    likeness: Likeness
    url: str
    apply_url: str | None = None
    department: str | None = None
    employment_type: EmploymentType | None = None
    workplace: Workplace | None = None
    salary: Salary | None = None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """Postings of one vacancy."""

    #: The one that is shown.
    shown: int
    #: The others by id, each with the rule by which it belongs here.
    others: dict[int, Rule]


def vacancies(postings: Iterable[Known], *, apart: Collection[int] = ()) -> list[Vacancy]:
    """The vacancies that the open postings of one employer tell of, each posting in one of them.

    The order of the postings does not matter.

    Args:
        apart: postings that somebody said stand for themselves.
    """
    given = sorted(postings, key=lambda each: each.id)
    alone = [_Group([each]) for each in given if each.id in apart]
    groups = _of_same_words(_of_same_page([each for each in given if each.id not in apart]))
    return [each.vacancy() for each in alone + _with_excerpts(groups)]


class _Group:
    """Postings that were found to be one vacancy."""

    def __init__(self, members: list[Known]) -> None:
        self.members = members
        #: The one that tells most.
        self.speaker = max(members, key=_worth)
        #: What the texts of later ones are compared with, and what else they are: of those that are the same, one.
        self._said = {_kind(self.speaker): self.speaker}
        self._known = {_facts(each): each for each in members}
        self._rules: dict[int, Rule] = {}

    @property
    def on_board(self) -> bool:
        """Whether an employer's own board has it."""
        return any(each.board for each in self.members)

    def fits(self, other: _Group) -> bool:
        """Whether another group tells of this vacancy too: what it says is like all that was said of it."""
        if len(other.members) == 1 and _kind(other.speaker) in self._said:
            return other.speaker.likeness.words >= SAME_WORDS
        alike = (_are_alike(other.speaker, each) for each in self._said.values())
        return all(alike) and not self._clashes(other, _clash)

    def holds(self, other: _Group) -> bool:
        """Whether the text of another group is a part of what was said of this vacancy."""
        parts = (_is_excerpt(other.speaker, each) for each in self._said.values())
        return any(parts) and not self._clashes(other, _differ)

    def _clashes(self, other: _Group, clash: Callable[[Known, Known], bool]) -> bool:
        """Whether any of both speaks against it, or there are too many to tell."""
        if len(self._known) >= _COMPARED and not other._known.keys() <= self._known.keys():
            return True
        return any(clash(one, each) for one in other._known.values() for each in self._known.values())

    def take(self, other: _Group, rule: Rule) -> None:
        """Take in what another group has."""
        self.members += other.members
        self._rules |= {each.id: rule for each in other.members}
        self._known = other._known | self._known
        if rule is Rule.TEXT and len(self._said) < _COMPARED:
            self._said.setdefault(_kind(other.speaker), other.speaker)

    def vacancy(self) -> Vacancy:
        """The group, with the one that is shown: an employer's own board before a listing, then the oldest."""
        shown = min(self.members, key=lambda each: (not each.board, each.id))
        by = self._rules.get(shown.id, Rule.ADDRESS)
        others = sorted(each.id for each in self.members if each is not shown)
        return Vacancy(shown.id, {each: self._rules.get(each, by) for each in others})


def _worth(each: Known) -> tuple[bool, bool, int, int]:
    words = each.likeness.words
    return words >= SAME_WORDS, each.board, words, -each.id


def _of_same_page(postings: Sequence[Known]) -> list[_Group]:
    """Each posting in a group with those of other sources that lead to the same page, by their oldest ids."""
    homes = {each.id: [each] for each in postings}
    if len({each.source for each in postings}) > 1:
        pages = ((each, Page(each.source, each.title, each.ref, _addresses(each))) for each in postings)
        for here, there in same_page.pairs([(each.id, page) for each, page in pages]):
            one, other = homes[here], homes[there]
            if one is not other and not {each.source for each in one} & {each.source for each in other}:
                one += other
                homes |= {each.id: one for each in other}
    return [_Group(home) for home in {id(home): home for home in homes.values()}.values()]


def _addresses(each: Known) -> tuple[str, ...]:
    return (each.url, each.apply_url) if each.apply_url else (each.url,)


def _of_same_words(groups: Sequence[_Group]) -> list[_Group]:
    """Groups of the same title and text made one."""
    found = _Found()
    for group in groups:
        home = next((each for each in found.like(group.speaker) if each.fits(group)), None)
        if home is None:
            found.add(group)
        else:
            home.take(group, Rule.TEXT)
            found.note(group.speaker, home)
    return found.groups


class _Found:
    """The groups there are, looked up by words that a text has in common with them."""

    def __init__(self) -> None:
        self.groups: list[_Group] = []
        self._numbers: dict[int, int] = {}
        self._by: dict[tuple[bytes, bytes | int], dict[int, None]] = defaultdict(dict)

    def add(self, group: _Group) -> None:
        """Add a group of its own."""
        self._numbers[id(group)] = len(self.groups)
        self.groups.append(group)
        self.note(group.speaker, group)

    def note(self, speaker: Known, group: _Group) -> None:
        """Let a group be found by what one of its postings says."""
        for key in _keys(speaker):
            if len(self._by[key]) < _COMMON:
                self._by[key][self._numbers[id(group)]] = None

    def like(self, speaker: Known) -> Iterator[_Group]:
        """Groups whose texts may be like one: those of the very same text first, then the likeliest."""
        the_same, *parts = _keys(speaker)
        same = self._by.get(the_same, {})
        shared = Counter(number for key in parts for number in self._by.get(key, {}) if number not in same)
        likeliest = sorted(shared, key=lambda number: (-shared[number], number))[:_LIKELIEST]
        return (self.groups[number] for number in [*same, *likeliest])


def _keys(speaker: Known) -> list[tuple[bytes, bytes | int]]:
    likeness = speaker.likeness
    return [(likeness.title, likeness.text), *((likeness.title, number) for number in likeness.sample[:_LOWEST])]


def _with_excerpts(groups: Sequence[_Group]) -> list[_Group]:
    """Groups that only listings know, of shortened texts, put to the one vacancy whose text that can be."""
    boards: dict[bytes, list[_Group]] = defaultdict(list)
    for group in groups:
        if group.on_board:
            boards[group.speaker.likeness.title].append(group)
    left = []
    for group in groups:
        near = [] if group.on_board else boards[group.speaker.likeness.title][:_COMPARED]
        whole = [each for each in near if each.holds(group)]
        if len(whole) == 1:
            whole[0].take(group, Rule.EXCERPT)
        else:
            left.append(group)
    return left


def _is_excerpt(short: Known, whole: Known) -> bool:
    ours, theirs = short.likeness, whole.likeness
    shortened = ours.words >= LIKE_WORDS and ours.words * SHORTENED <= theirs.words
    return shortened and ours.shared(theirs)[1] >= LIKE_SHORTER


def _are_alike(one: Known, other: Known) -> bool:
    """Whether title and text of two postings say the same, and nothing speaks against it."""
    ours, theirs = one.likeness, other.likeness
    if ours.title != theirs.title or _speak_against(one, other):
        return False
    if ours.text == theirs.text:
        return ours.words >= SAME_WORDS
    if min(ours.words, theirs.words) < LIKE_WORDS or ours.languages != theirs.languages:
        return False
    if one.source == other.source and one.department and other.department and one.department != other.department:
        return False
    both, shorter = ours.shared(theirs)
    return both >= LIKE_BOTH and shorter >= LIKE_SHORTER


def _clash(one: Known, other: Known) -> bool:
    """Whether two postings of one vacancy offer different things, or one source tells of them as of two vacancies."""
    if one.source != other.source:
        return _speak_against(one, other)
    if one.likeness.title != other.likeness.title or _speak_against(one, other):
        return True
    # Without texts it does not say.
    return min(one.likeness.words, other.likeness.words) >= SAME_WORDS and not _are_alike(one, other)


def _differ(one: Known, other: Known) -> bool:
    """Whether two postings offer different things, or one source gives them different titles."""
    titles_differ = one.source == other.source and one.likeness.title != other.likeness.title
    return titles_differ or _speak_against(one, other)


def _speak_against(one: Known, other: Known) -> bool:
    """Whether two postings offer different things; two sources may tell the same thing less and less exactly."""
    types = {one.employment_type, other.employment_type} - {None, EmploymentType.OTHER}
    if one.source != other.source:
        return len(types - _VAGUE) > 1 or _apart(one.salary, other.salary)
    if len(types) > 1:
        return True
    remote = {each.workplace is Workplace.REMOTE for each in (one, other) if each.workplace}
    return len(remote) > 1 or len({_pay(one), _pay(other)} - {None}) > 1


def _apart(one: Salary | None, other: Salary | None) -> bool:
    if not one or not other or (one.currency, one.interval) != (other.currency, other.interval):
        return False
    ends = [(each.minimum or 0, each.maximum or each.minimum or 0) for each in (one, other)]
    return max(ends[0][0], ends[1][0]) > min(ends[0][1], ends[1][1])


def _pay(each: Known) -> tuple[object, ...] | None:
    pay = each.salary
    return (pay.minimum, pay.maximum, pay.currency, pay.interval) if pay else None


def _kind(each: Known) -> tuple[object, ...]:
    """All that ``_are_alike`` asks for."""
    return (each.likeness.text, *_facts(each))


def _facts(each: Known) -> tuple[object, ...]:
    remote = each.workplace is Workplace.REMOTE if each.workplace else None
    return (each.likeness.title, each.source, each.employment_type, each.department, remote, _pay(each))
