"""Whether the directory and the postings agree on what employers work on. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from postings import solutions
from postings.posting import Employer, EmployerSolution, Tag
from postings.tagger import standing

#: Of fewer open postings nothing is concluded.
FEWEST = 5
#: From this share of its postings on, what they speak of is a line of the employer's work.
_A_LINE = 0.5


@dataclass(slots=True)
class Spoken:
    """What an employer's open postings speak of."""

    employer: Employer
    postings: int = 0
    #: By solution, how many name it by their own words, and not for their employer's entry.
    words: Counter[str] = field(default_factory=Counter)

    def count(self, tags: Iterable[Tag]) -> None:
        """Add a posting."""
        self.postings += 1
        self.words.update(
            tag.solution for tag in tags if any(found.where in ("title", "text") for found in tag.evidence)
        )


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An employer whose open postings do not speak of what its entry says, or mostly of something else."""

    employer: Employer
    postings: int
    #: Solutions of the entry that count, with how many postings speak of each.
    entry: Mapping[str, int]
    #: Solutions that the entry lacks, with how many postings speak of each; only those most speak of.
    instead: Mapping[str, int]


def disagreements(spoken: Iterable[Spoken]) -> list[Disagreement]:
    """Employers whose postings and entry disagree, those with most postings first."""
    found = [each for one in spoken if one.postings >= FEWEST and (each := _disagreement(one))]
    return sorted(found, key=lambda each: (-each.postings, each.employer.slug))


def _disagreement(one: Spoken) -> Disagreement | None:
    entry = {line.solution: one.words[line.solution] for line in one.employer.solutions if standing(line)[1]}
    instead = {
        slug: count for slug, count in one.words.most_common() if slug not in entry and count >= one.postings * _A_LINE
    }
    silent = bool(entry) and not any(entry.values())
    return Disagreement(one.employer, one.postings, entry, instead) if entry and (silent or instead) else None


def unproven(employers: Iterable[Employer]) -> list[tuple[Employer, Sequence[EmployerSolution]]]:
    """Employers with solutions that nothing but a machine's label speaks for, with those."""
    found = [(each, [line for line in each.solutions if not standing(line)[1]]) for each in employers]
    return [(employer, lines) for employer, lines in found if lines]


def without_postings(open_counts: Mapping[str, int]) -> list[str]:
    """The solutions no employer hires for now."""
    return [each.slug for each in solutions.all_solutions() if not open_counts.get(each.slug)]
