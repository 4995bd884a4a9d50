"""Every value of a regime is a sentence of its plan, or says why it is ours."""

from pathlib import Path

import pytest
import yaml

RULEBOOK = Path(__file__).parents[2] / "rulebook"
KEYS = ("weihai-2022", "liaocheng-2025", "shandong-2017", "shenzhen-2019", "ankang-2024", "shaanxi-2018")
UNSOURCED = {(), ("reporters",), ("clocks",)}
"""Groups that hold no value of their own: the regime itself, its reporters, its clocks."""


def read_regime(key):
    return yaml.safe_load((RULEBOOK / "regimes" / f"{key}.yml").read_text(encoding="utf-8"))


def read_plan(key):
    return without_whitespace((RULEBOOK / "plans" / f"{key}.txt").read_text(encoding="utf-8"))


def without_whitespace(text):
    return "".join(text.split())


def mappings_of(node, path=()):
    """Yield every mapping of a YAML tree with the keys that lead to it; positions in lists are left out."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from mappings_of(value, (*path, key))
    elif isinstance(node, list):
        for value in node:
            yield from mappings_of(value, path)


def test_the_regimes_are_the_six_that_are_tested_here():
    assert {path.stem for path in (RULEBOOK / "regimes").glob("*.yml")} == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_quote_stands_in_the_plan(key):
    plan = read_plan(key)
    quotes = {mapping["quote"] for _, mapping in mappings_of(read_regime(key)) if "quote" in mapping}
    assert quotes
    assert [quote for quote in quotes if without_whitespace(quote) not in plan] == []


@pytest.mark.parametrize("key", KEYS)
def test_every_value_has_either_a_quote_or_a_reason_of_ours(key):
    unclear = [
        path
        for path, mapping in mappings_of(read_regime(key))
        if path not in UNSOURCED and ("quote" in mapping) == ("ours" in mapping)
    ]
    assert unclear == []


@pytest.mark.parametrize("key", KEYS)
def test_title_and_document_number_stand_in_the_plan(key):
    regime, plan = read_regime(key), read_plan(key)
    assert without_whitespace(regime["title"]) in plan
    assert without_whitespace(regime["document_no"] or "") in plan


def test_a_draft_says_so_in_its_title(regimes):
    assert "征求意见稿" in regimes["liaocheng-2025"].title
    assert regimes["liaocheng-2025"].document_no is None


def test_the_coal_list_lies_in_its_plan_text_with_the_published_total():
    lines = (RULEBOOK / "plans" / "shaanxi-2018.txt").read_text(encoding="utf-8").splitlines()
    mines = lines[lines.index("煤矿名称 退出产能(万吨/年)") + 1 :]
    capacities = [int(line.split()[-1]) for line in mines if line]
    assert len(capacities) == 21
    assert sum(capacities) == 581
