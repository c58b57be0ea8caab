"""What the figures say of tags and their truth."""

import json

import pytest

from postings.evaluation import Judged, report
from postings.posting import Evidence, Tag


def judged(given, truth, also_ok=(), **more):
    tags = [Tag(slug, confidence, (Evidence("text", f"word of {slug}"),)) for slug, confidence in given.items()]
    return Judged("1", "A title", tags, frozenset(truth), frozenset(also_ok), **more)


def test_right_wrong_and_missed_are_counted_over_all_postings():
    figures = report([judged({"a": 0.9, "b": 0.6}, {"a", "c"}), judged({"a": 0.9}, {"a"})])
    assert figures["micro"] == {
        "precision": 0.6667,
        "recall": 0.6667,
        "f1": 0.6667,
        "right": 2,
        "wrong": 1,
        "missed": 1,
    }


def test_tags_that_may_be_there_count_neither_way_but_strictly_they_are_wrong():
    figures = report([judged({"a": 0.9, "b": 0.9}, {"a"}, {"b", "c"})])
    assert (figures["micro"]["right"], figures["micro"]["wrong"], figures["micro"]["missed"]) == (1, 0, 0)
    assert figures["strict"]["wrong"] == 1
    assert figures["exact_match"] == 1


def test_every_solution_counts_the_same_in_the_macro_mean():
    figures = report([judged({"a": 0.9}, {"a"})] * 9 + [judged({}, {"b"})])
    assert figures["macro"]["f1"] == 0.5
    assert figures["macro"]["solutions"] == 2
    assert figures["solutions"]["b"]["missed"] == 1


def test_postings_without_a_solution_are_told_of_apart():
    figures = report([judged({}, ()), judged({"a": 0.7}, ()), judged({"a": 0.7}, (), {"a"}), judged({}, {"a"})])
    none = figures["no_solution"]
    assert (none["postings"], none["wrong_tag"]) == (3, 0.3333)
    assert (none["right"], none["wrong"], none["missed"]) == (2, 1, 1)


def test_confidence_is_set_against_what_was_right():
    figures = report([judged({"a": 0.85}, {"a"}), judged({"b": 0.81}, {"a"}), judged({"c": 0.97}, {"c"})])
    rows = {row["from"]: row for row in figures["reliability"]}
    assert (rows[0.8]["tags"], rows[0.8]["right"], rows[0.8]["confidence"]) == (2, 0.5, 0.83)
    assert (rows[0.95]["tags"], rows[0.95]["right"]) == (1, 1)
    assert (rows[0.5]["tags"], rows[0.5]["right"]) == (0, None)


def test_languages_and_hard_postings_have_figures_of_their_own():
    figures = report([judged({"a": 0.9}, {"a"}, language="en"), judged({}, {"a"}, language="de", hard=True)])
    assert figures["languages"]["en"]["f1"] == 1
    assert figures["languages"]["not en"]["f1"] == 0
    assert figures["hard"]["missed"] == 1


def test_the_figures_say_how_far_they_would_carry():
    rows = [judged({"a": 0.9}, {"a"} if number % 3 else {"b"}, employer=f"e{number}") for number in range(60)]
    figures = report(rows)
    low, high = figures["interval"]
    assert low < figures["micro"]["f1"] < high
    assert len(figures["folds"]) == 5
    same = report([judged({"a": 0.9}, {"a"}, employer="one")] * 10)
    assert same["folds"].count(None) == 4


def test_the_surest_errors_come_first_with_their_words():
    figures = report([judged({"a": 0.6}, {"c"}), judged({"b": 0.9}, ())])
    assert [error["solution"] for error in figures["errors"]["wrong"]] == ["b", "a"]
    assert figures["errors"]["wrong"][0]["evidence"] == [{"where": "text", "text": "word of b"}]
    assert [error["solution"] for error in figures["errors"]["missed"]] == ["c"]
    assert {"given": "a", "meant": "c", "postings": 1} in figures["confusions"]


def test_all_figures_are_plain_data():
    assert json.loads(json.dumps(report([judged({"a": 0.9}, ())])))["micro"]["recall"] is None


def test_nothing_to_judge_is_no_report():
    with pytest.raises(ValueError, match="no labelled posting"):
        report([])


def test_the_limits_of_the_figures_are_counted_from_the_set():
    limits = report(
        [judged({}, {"a"}, {"b"}, hard=True), judged({}, {"a", "c"}, language="de"), judged({}, (), language="en")]
    )["limits"]
    assert limits[0].startswith("Tags that one could also accept, on 1 of 3 postings")
    assert any(limit.startswith("1 of 3 postings are marked as hard") for limit in limits)
    assert any(limit.startswith("2 of 93 solutions have a labelled posting, 1 of them") for limit in limits)
    assert any(limit.startswith("1 of 3 postings are in other languages") for limit in limits)
    plain = report([judged({}, {"a"})])["limits"]
    assert not any("hard" in limit or "languages" in limit for limit in plain)
