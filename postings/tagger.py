"""Says which solutions a posting serves, with the words that show it. Pure: nothing is read once it is made."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import source_hash

from postings.folding import Folded, folded
from postings.lexicon import Family, Kind, Lexicon, Term, compiled
from postings.matcher import Index, Matcher, Mention
from postings.posting import Employer, EmployerSolution, Evidence, Tag
from postings.weighing import Finding, weigh
from postings.zones import Zones

#: The modules that decide which tags a posting gets.
_RULES = ("enumerations.py", "folding.py", "matcher.py", "siblings.py", "tagger.py", "weighing.py", "zones.py")
#: Tags less sure than this are not given.
THRESHOLD = 0.5
#: Longer texts and names are read up to here, so that no posting holds up the others.
TEXT_LENGTH = 60_000
NAME_LENGTH = 1_000
#: Origin of what an employer's postings say of it themselves.
OWN_POSTINGS = "own-postings"
#: Origins of an employer's solutions that count as fact, and what weaker ones are worth; others are worth nothing.
_FACTS = {"known", "operator", "handbook-checked"}
_HINTS = {"handbook-example": 0.45, "grid-map": 0.45, "ost-category": 0.35, OWN_POSTINGS: 0.6}
#: What the lines of an employer are worth by how many it has; one of more lines passes none on.
_BY_LINES = {1: 0.92, 2: 0.6, 3: 0.45, 4: 0.4}
#: What is left of that where the role is about another line.
_OTHER_ROLE = 0.4
#: A term in the title that weighs so much says what the role is about.
_ROLE = 0.6
#: From where on the text does, whatever the title.
_SURE_ROLE = 0.8
#: How sure what postings repeat must be to be a line of their employer's; how many postings it takes, and how long a
#: paragraph must be to be no mere heading.
_SURE_LINE = 0.7
_FEWEST_TEXTS = 3
_SHORTEST_PARAGRAPH = 60
_MOST_EVIDENCE = 6
#: More of one term, or of one solution's terms, is not counted.
_MOST_REPEATS = 20
_MOST_MENTIONS = 200
_GAP = "\n\n"


class Tagger:
    """Tags postings by a lexicon and by what is known of their employers."""

    def __init__(self, words: Lexicon, spelt: Index | None = None) -> None:
        """Make one; with the lexicon's spellings, where they are written out already, it is sooner done."""
        self._matcher = Matcher(words.terms, spelt)
        self._families: dict[str, Family] = {slug: one for one in words.families for slug in one.members}
        #: Changes whenever the lexicon or the rules do.
        self.version = f"{words.digest}-{_rules()}"

    @classmethod
    def shipped(cls) -> Tagger:
        """The tagger with the lexicon that comes with the package, made once in a process."""
        return _shipped()

    def tags(self, *, title: str, text: str, company: str | None = None, employer: Employer | None = None) -> list[Tag]:
        """The solutions a posting serves, surest first.

        Args:
            company: the employer's name as the posting gives it.
            employer: the directory's entry, where there is one.
        """
        posting = _Whole(title[:NAME_LENGTH], (company or "")[:NAME_LENGTH], text[:TEXT_LENGTH])
        findings = self._read(posting)
        known = _lines(employer, posting.roles(findings))
        tags = []
        for slug in findings.keys() | known.keys():
            finding = findings.get(slug, Finding())
            origin, worth = known.get(slug, ("", 0.0))
            confidence = round(1 - (1 - finding.score) * (1 - worth), 3)
            if confidence >= THRESHOLD:
                evidence = posting.evidence(finding)
                if worth and employer:
                    evidence.append(Evidence("employer", f"{employer.name} ({origin})"))
                tags.append(Tag(slug, confidence, tuple(evidence)))
        return sorted(tags, key=lambda tag: (-tag.confidence, tag.solution))

    def lines(self, texts: Sequence[str]) -> tuple[EmployerSolution, ...]:
        """An employer's lines of work, by what its own postings repeat; empty where they are too few to tell.

        Args:
            texts: of postings for different roles.
        """
        shared = _GAP.join(_repeated(texts))
        findings = self._read(_Whole("", "", shared)) if shared else {}
        return tuple(
            EmployerSolution(slug, OWN_POSTINGS)
            for slug, finding in sorted(findings.items())
            if finding.score >= _SURE_LINE
        )

    def _read(self, posting: _Whole) -> dict[str, Finding]:
        hits = self._matcher.find(posting.folded)
        marks = [hit for hit in hits if hit[2].marks]
        if len(marks) == len(hits):
            return {}
        # Most words that may be a heading stand amid a sentence.
        marks = [hit for hit in marks if hit[2].kind is Kind.CUE or not posting.folded.amid(hit[0])]
        terms = posting.mentions([hit for hit in hits if not (hit[2].marks or posting.only_names(hit[0]))])
        if len(terms) > _MOST_REPEATS:
            terms = list(_thinned(terms))
        zones = Zones(posting.text, posting.mentions(marks), name=posting.name, body=posting.body)
        return weigh(terms, zones, self._families, length=len(posting.text) - posting.body)


def _thinned(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions without those that repeat a term, or a solution's terms, too often to be counted."""
    counts: Counter[Term | str] = Counter()
    for mention in mentions:
        term = mention.term
        counts[term] += 1
        counts[term.topic] += 1
        if counts[term] <= _MOST_REPEATS and counts[term.topic] <= _MOST_MENTIONS:
            yield mention


class _Whole:
    """Title, employer's name and text of a posting in one, so that they are read in one pass."""

    def __init__(self, title: str, company: str, text: str) -> None:
        self.text = _GAP.join((title, company, text))
        self.folded = Folded(self.text)
        self.name = len(title) + len(_GAP)
        self.body = self.name + len(company) + len(_GAP)
        self._names = [] if company.isalnum() else self._named(folded(company))

    def _named(self, company: str) -> list[int]:
        """Where the text names the employer, by a name of several words."""
        if " " not in company:
            return []
        places: list[int] = []
        at = self.folded.lower.find(company, self.body)
        while at >= 0:
            places += (at, at + len(company))
            at = self.folded.lower.find(company, at + len(company))
        return places

    def mentions(self, hits: Sequence[tuple[int, int, Term]]) -> list[Mention]:
        """What was found, with the places in the text as it was."""
        places = self.folded.originals(start for start, _, _ in hits)
        return [Mention(start, end, at, term) for (start, end, term), at in zip(hits, places, strict=True)]

    def only_names(self, position: int) -> bool:
        """Whether a position of the folded text lies in the employer's name, which counts where it stands alone."""
        return bool(self._names) and bisect_right(self._names, position) % 2 == 1

    def evidence(self, finding: Finding) -> list[Evidence]:
        """The words that count most, each once, as they stand in the posting."""
        found: dict[Evidence, None] = {}
        for _, mention in finding.claims:
            found[Evidence(self._where(mention.at), self._words(mention))] = None
        return list(found)[:_MOST_EVIDENCE]

    def roles(self, findings: Mapping[str, Finding]) -> set[str]:
        """The solutions that the title is about, or surely the text."""
        return {
            slug
            for slug, finding in findings.items()
            if finding.score >= _SURE_ROLE
            or any(claim.weight >= _ROLE and claim.mention.at < self.name for claim in finding.claims)
        }

    def _where(self, position: int) -> str:
        if position < self.name:
            return "title"
        return "employer" if position < self.body else "text"

    def _words(self, mention: Mention) -> str:
        """The words a mention lies in, whole: compounds match by their stem."""
        start, end = mention.at, self.folded.original(mention.end - 1) + 1
        while start > 0 and self.text[start - 1].isalnum():
            start -= 1
        while end < len(self.text) and self.text[end].isalnum():
            end += 1
        return self.text[start:end]


def standing(line: EmployerSolution) -> tuple[str, float]:
    """The best origin of an employer's solution, and what it counts, from 0 (a machine's label) to 1 (a fact)."""
    origins = [origin.strip() for origin in line.evidence.split(";")]
    worth = {origin: 1.0 if origin in _FACTS else _HINTS.get(origin, 0.0) for origin in origins}
    best = max(worth, key=worth.__getitem__)
    return best, worth[best]


def _lines(employer: Employer | None, roles: set[str]) -> dict[str, tuple[str, float]]:
    """An employer's lines of work, where it is known for few: by solution, the origin and what it is worth.

    Args:
        roles: solutions that the role is about.
    """
    found: dict[str, tuple[str, float]] = {}
    for line in employer.solutions if employer else ():
        origin, counts = standing(line)
        if counts:
            found[line.solution] = origin, counts
    by_lines = _BY_LINES.get(len(found), 0.0)
    return {
        slug: (origin, worth * by_lines * (_OTHER_ROLE if len(found) > 1 and roles and slug not in roles else 1.0))
        for slug, (origin, worth) in found.items()
    }


def _repeated(texts: Sequence[str]) -> list[str]:
    """The longer paragraphs that at least half of some texts have in common, in their order."""
    counts: Counter[str] = Counter()
    for text in texts:
        paragraphs = dict.fromkeys(part.strip() for part in text[:TEXT_LENGTH].split("\n"))
        counts.update(part for part in paragraphs if len(part) >= _SHORTEST_PARAGRAPH)
    if len(texts) < _FEWEST_TEXTS:
        return []
    return [part for part, count in counts.items() if 2 * count >= len(texts)]


@cache
def _rules() -> str:
    """A digest of the code that tags: other rules may give other tags."""
    return source_hash(b"".join(files("postings").joinpath(name).read_bytes() for name in _RULES)).hex()[:8]


@cache
def _shipped() -> Tagger:
    return Tagger(*compiled.shipped())
