"""The rules are those of the field's table (`rules.csv` beside this file) and speak to people."""

import csv
import re
from pathlib import Path

import pytest

RULES_TABLE = Path(__file__).parent / "rules.csv"

JUDGED_FROM_ROWS_AND_OBSERVATIONS = (
    "S00 S01 S02 S03 S04 S05 S06 S07 S08 S09 S10 S11 S12 S13 S14 S15 S16 S17 S19 S20 "
    "F01 F02 F03 F04 F05 F06 F07 F08 F09 F10 F11 F12 F13 F14 F15 F16 F17 F18 F19 F20 R01 R02 R03 R04 R05 R06 R07 R08 R09 R10 R11"
)


def test_the_rules_are_those_of_the_table(rulebook):
    with RULES_TABLE.open(encoding="utf-8", newline="") as file:
        table = [(row["code"], row["scope"], row["severity"], row["waivable"] == "yes") for row in csv.DictReader(file)]
    assert [(rule.code, rule.scope, rule.severity, rule.waivable) for rule in rulebook.rules.values()] == table


def test_a_reason_is_told_in_the_third_person_without_a_place(rulebook):
    for rule in rulebook.rules.values():
        assert 4 < len(rule.reason_zh) <= 25 and not re.search(r"[您你我请{}。A-Za-z]", rule.reason_zh), rule.code


def test_rules_that_can_be_judged_say_what_they_expect(rulebook):
    assert " ".join(rule.code for rule in rulebook.rules.values() if rule.expects) == JUDGED_FROM_ROWS_AND_OBSERVATIONS


def test_rules_that_need_to_know_the_regime(rulebook):
    assert [rule.code for rule in rulebook.rules.values() if rule.needs_regime] == (
        ["S07", "S08", "F07", "F10", "F16", "R02", "R05", "R07", "R10"]
    )


def test_every_value_of_a_regime_that_a_rule_asks_for_exists(rulebook):
    asked = {
        value.removeprefix("$")
        for rule in rulebook.rules.values()
        for expectation in rule.expects
        for value in expectation.kwargs.values()
        if isinstance(value, str) and value.startswith("$")
    }
    assert asked == {"required_fields", "industries_in_focus"}
    assert all(hasattr(regime, name) for regime in rulebook.regimes.values() for name in asked)


def texts_of(rule):
    """All texts of a rule: its own, and those of its variants."""
    return rule, *rule.variants.values()


@pytest.mark.parametrize("text", ["message", "remedy"])
def test_texts_are_chinese_with_english_beside(rulebook, text):
    for rule in rulebook.rules.values():
        for texts in texts_of(rule):
            chinese, english = getattr(texts, f"{text}_zh"), getattr(texts, f"{text}_en")
            assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese), rule.code
            assert any("a" <= sign <= "z" for sign in english), rule.code


def test_messages_speak_to_the_reader(rulebook):
    for rule in rulebook.rules.values():
        for texts in texts_of(rule):
            assert "您" in texts.message_zh, rule.code
            assert "you" in f"{texts.message_en} {texts.remedy_en}".lower() or "请" in texts.remedy_zh, rule.code


def test_messages_and_remedies_name_the_same_things_in_both_languages(rulebook):
    from string import Formatter

    def named(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for rule in rulebook.rules.values():
        for texts in texts_of(rule):
            assert named(texts.message_zh) == named(texts.message_en), rule.code
            assert named(texts.remedy_zh) == named(texts.remedy_en), rule.code
