"""What people say against the tagger outranks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from postings import corrections
from postings.corrections import Corrections
from postings.deciding import Decider, least_confidence
from postings.posting import Employer, EmployerSolution, Evidence, Posting, Source, Tag
from postings.tagger import OWN_POSTINGS, Tagger

BOARD = Source("greenhouse", "acme")
HEAT = Tag("high-efficiency-heat-pumps", 0.9, (Evidence("title", "heat pump"),))
HEAD = "what,verdict,solution,by,on\n"
ACME = Employer("acme", "Acme")


def written(folder: Path, rows: str) -> Corrections:
    file = folder / "corrections.csv"
    file.write_text(HEAD + rows, encoding="utf-8")
    return corrections.read(file)


def slugs(said: Corrections, ref: str = "1", employer: str | None = "acme") -> list[str]:
    return [tag.solution for tag in said.apply([HEAT], BOARD, ref, employer)]


def test_a_denied_tag_of_a_posting_is_gone_there_only(tmp_path: Path) -> None:
    said = written(tmp_path, "greenhouse:acme:1,deny,high-efficiency-heat-pumps,Ana,2026-03-01\n")
    assert slugs(said) == []
    assert slugs(said, "2") == ["high-efficiency-heat-pumps"]


def test_an_added_tag_says_who_added_it_and_when(tmp_path: Path) -> None:
    said = written(tmp_path, "acme,add,composting,Ana,2026-03-01\n")
    added, _ = said.apply([HEAT], BOARD, "1", "acme")
    assert added == Tag("composting", 1.0, (Evidence("page", "added by Ana on 2026-03-01"),))


def test_what_is_said_of_an_employer_counts_for_its_postings_only(tmp_path: Path) -> None:
    said = written(tmp_path, "acme,add,composting,Ana,2026-03-01\n")
    assert slugs(said, "9") == ["composting", "high-efficiency-heat-pumps"]
    assert slugs(said, "9", "another") == slugs(said, "9", None) == ["high-efficiency-heat-pumps"]


def test_what_is_said_of_a_posting_outranks_what_is_said_of_its_employer(tmp_path: Path) -> None:
    rows = "acme,deny,high-efficiency-heat-pumps,Ana,2026-03-01\n"
    rows += "greenhouse:acme:1,add,high-efficiency-heat-pumps,Ben,2026-03-02\n"
    said = written(tmp_path, rows)
    assert slugs(said, "1") == ["high-efficiency-heat-pumps"]
    assert slugs(said, "2") == []


def test_a_key_with_colons_still_names_its_posting(tmp_path: Path) -> None:
    said = written(tmp_path, "rss:https://acme.example/feed:a:1,add,composting,Ana,2026-03-01\n")
    source = Source("rss", "https://acme.example/feed")
    assert [tag.solution for tag in said.apply([], source, "a:1", None)] == ["composting"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Acme Inc,add,composting,Ana,2026-03-01", "line 2: neither a posting"),
        ("greenhouse:acme,add,composting,Ana,2026-03-01", "line 2: neither a posting"),
        ("acme,maybe,composting,Ana,2026-03-01", "line 2: verdict is add or deny"),
        ("acme,add,perpetual-motion,Ana,2026-03-01", "line 2: no such solution: 'perpetual-motion'"),
        ("acme,add,composting,,2026-03-01", "line 2: nobody says so"),
        ("acme,add,composting,Ana,yesterday", "line 2: on is a day"),
        ("acme,add", "line 2: verdict|line 2: no such solution: ''"),
        (
            "acme,add,composting,Ana,2026-03-01\nacme,deny,composting,Ana,2026-03-02",
            "line 3: acme and composting once more",
        ),
    ],
)
def test_a_row_that_is_no_correction_is_named(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        written(tmp_path, row + "\n")


def test_a_file_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_CORRECTIONS", str(tmp_path / "none.csv"))
    with pytest.raises(ValueError, match=r"^CLIMATE_JOBS_CORRECTIONS: .*none\.csv: No such file"):
        corrections.of_environment()
    (tmp_path / "other.csv").write_text("slug,by\n")
    with pytest.raises(ValueError, match="no column what, verdict, solution, on"):
        corrections.read(tmp_path / "other.csv")


def test_without_a_file_nothing_is_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLIMATE_JOBS_CORRECTIONS", raising=False)
    assert slugs(corrections.of_environment()) == ["high-efficiency-heat-pumps"]


def heat_pumps(ref: str = "1") -> Posting:
    text = "You install heat pumps in homes."
    return Posting(source=BOARD, ref=ref, title="Installer", url="https://acme.example/1", description_text=text)


def test_tags_below_the_threshold_are_not_given() -> None:
    sure = Decider(Tagger.shipped(), Corrections(), 0.5).tags(heat_pumps(), None)
    assert [tag.solution for tag in sure] == ["high-efficiency-heat-pumps"]
    assert Decider(Tagger.shipped(), Corrections(), sure[0].confidence + 0.001).tags(heat_pumps(), None) == []


@pytest.mark.parametrize("said", ["much", "0.4", "1.1", "nan"])
def test_a_threshold_that_is_none_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIMATE_JOBS_CONFIDENCE", said)
    with pytest.raises(ValueError, match="CLIMATE_JOBS_CONFIDENCE: '"):
        least_confidence()


def test_another_setting_is_another_version(tmp_path: Path) -> None:
    said = written(tmp_path, "acme,add,composting,Ana,2026-03-01\n")
    tagger = Tagger.shipped()
    plain, stricter, corrected = (
        Decider(tagger, Corrections(), 0.5),
        Decider(tagger, Corrections(), 0.8),
        Decider(tagger, said, 0.5),
    )
    assert len({plain.version, stricter.version, corrected.version}) == 3
    assert plain.version == Decider(tagger, Corrections(), 0.5).version


def test_an_employer_nobody_knows_is_known_by_what_its_postings_repeat() -> None:
    about = "Acme builds and operates offshore wind farms in the North Sea, with forty turbines turning today."
    texts = [f"{about}\n\nYou are our {role}." for role in ("accountant", "lawyer", "recruiter")]
    decides = Decider(Tagger.shipped(), Corrections(), 0.5)
    told = decides.told(ACME, texts)
    assert told.solutions == (EmployerSolution("offshore-wind-turbines", OWN_POSTINGS),)
    assert decides.told(ACME, texts[:2]).solutions == ()
