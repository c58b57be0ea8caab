"""The commands `tag` and `evaluate` on files good and bad."""

import json

import pytest
from click.testing import CliRunner

from commands.tagging import evaluate_command as evaluate
from commands.tagging import tag_command as tag
from postings import directory

INSTALLER = {"id": 7, "title": "Heat pump installer", "company": "Nobody Knows", "text": "You install heat pumps."}
CLERK = {"id": "x", "title": "Clerk", "company": None, "text": "You keep the books of a law firm."}


@pytest.fixture
def file(tmp_path):
    def write(*rows):
        path = tmp_path / "postings.jsonl"
        path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
        return str(path)

    return write


def run(command, *arguments, stdin=None):
    return CliRunner().invoke(command, arguments, input=stdin)


def answers(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_posting_is_answered_in_order_with_its_evidence(file):
    result = run(tag, file(INSTALLER, CLERK))
    assert result.exit_code == 0
    first, second = answers(result)
    assert (first["id"], second) == (7, {"id": "x", "solutions": []})
    assert first["solutions"][0]["slug"] == "high-efficiency-heat-pumps"
    assert {"where", "text"} == first["solutions"][0]["evidence"][0].keys()


def test_postings_are_read_from_standard_input():
    result = run(tag, "-", stdin=json.dumps(CLERK))
    assert answers(result) == [{"id": "x", "solutions": []}]


def test_broken_rows_are_named_and_the_good_ones_answered(file):
    result = run(tag, file("{no json", [], {"id": 1, "title": "t"}, {"id": 2, "title": None, "text": ""}, "", CLERK))
    assert result.exit_code == 1
    assert [answer["id"] for answer in answers(result)] == ["x"]
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == ["line 1", "line 2", "line 3", "line 4"]


def test_an_empty_file_has_no_answers(file):
    result = run(tag, file())
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_a_very_long_text_is_answered(file):
    result = run(tag, file({**INSTALLER, "text": "word " * 2_000_000}))
    assert result.exit_code == 0
    assert answers(result)[0]["solutions"]


def test_what_is_known_of_the_employer_counts_only_with_the_directory(file):
    known = next(
        entry.employer
        for entry in directory.entries()
        if len(entry.employer.solutions) == 1 and entry.employer.solutions[0].evidence == "known"
    )
    rows = file({**CLERK, "company": known.name})
    (only,) = answers(run(tag, rows))[0]["solutions"]
    assert only["slug"] == known.solutions[0].solution
    assert not answers(run(tag, rows, "--no-directory"))[0]["solutions"]


def test_figures_are_printed_and_kept(file, tmp_path):
    rows = file({**INSTALLER, "solutions": ["high-efficiency-heat-pumps"]}, {**CLERK, "solutions": [], "also_ok": []})
    kept = tmp_path / "figures.json"
    result = run(evaluate, rows, "--json", "--write", str(kept))
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert (figures["postings"], figures["micro"]["f1"], figures["no_solution"]["wrong_tag"]) == (2, 1, 0)
    written = json.loads(kept.read_text())
    assert written["with_directory"]["f1"] == written["without_directory"]["f1"] == figures["micro"]["f1"]
    assert {"measured_at", "lexicon", "limits", "postings", "reliability"} <= written.keys()
    assert "errors" not in written


def test_figures_tell_what_the_directory_adds(file, tmp_path):
    known = next(entry.employer for entry in directory.entries() if _known_for_one(entry.employer))
    row = {**CLERK, "company": known.name, "solutions": [known.solutions[0].solution]}
    kept = tmp_path / "figures.json"
    for options in ((), ("--no-directory",)):
        assert run(evaluate, file(row), *options, "--write", str(kept)).exit_code == 0
        written = json.loads(kept.read_text())
        assert (written["with_directory"]["recall"], written["without_directory"]["recall"]) == (1, 0)


def _known_for_one(employer):
    return [each.evidence for each in employer.solutions] == ["known"]


def test_figures_for_people_name_the_errors(file):
    result = run(evaluate, file({**INSTALLER, "solutions": []}))
    assert result.exit_code == 0
    assert "wrong: 7 Heat pump installer" in result.stdout


@pytest.mark.parametrize("rows", [[], [INSTALLER, CLERK], ["{broken"]])
def test_a_file_without_truth_is_refused_in_one_line(file, rows):
    result = run(evaluate, file(*rows))
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)


def test_rows_without_truth_or_of_unknown_solutions_are_named(file):
    rows = file({**CLERK, "solutions": []}, CLERK, {**CLERK, "solutions": ["perpetual-motion"]})
    result = run(evaluate, rows, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["postings"] == 1
    assert result.stderr.splitlines() == ["line 2: no list of solutions", "line 3: no solution: 'perpetual-motion'"]


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path):
    for command in (tag, evaluate):
        result = run(command, str(tmp_path / "none.jsonl"))
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
