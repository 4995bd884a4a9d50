"""What a regime answers: who reports, who owes what, what counts."""

import shutil
from datetime import date

import pytest
from pydantic import ValidationError

from rulebook import CATEGORIES, load


def test_the_six_regimes_are_shipped(rulebook):
    assert sorted(rulebook.regimes) == [
        "ankang-2024",
        "liaocheng-2025",
        "shaanxi-2018",
        "shandong-2017",
        "shenzhen-2019",
        "weihai-2022",
    ]


def test_a_new_place_or_year_is_one_new_file(own_rulebook):
    written = (own_rulebook / "regimes" / "ankang-2030.yml").read_text(encoding="utf-8")
    added = written.replace("2030", "2031").replace("以水泥、有色金属等行业为重点", "以水泥为重点")
    (own_rulebook / "regimes" / "ankang-2031.yml").write_text(added, encoding="utf-8")
    (own_rulebook / "plans" / "ankang-2031.txt").write_text("以水泥为重点", encoding="utf-8")

    regimes = load(own_rulebook).regimes

    assert sorted(regimes) == ["ankang-2030", "ankang-2031"]
    assert regimes["ankang-2031"].owed("610924", "annual") == date(2031, 12, 20)


def test_a_regime_says_what_its_file_says(own_rulebook):
    regime = load(own_rulebook).regimes["ankang-2030"]

    assert regime.key_industries == ("水泥", "有色")
    assert regime.required_fields == ("county", "enterprise")
    assert regime.reporter_named("紫阳工信局").code == "610924"
    assert regime.reporter_named("旬阳县人民政府").name == "旬阳市", "the name it had until 2021"
    assert regime.reporters["610900-fgw"].categories == ("能耗", "技术"), "in the order of every table"
    assert (regime.clocks["能耗"].rectify_months, regime.clocks["环保"].rectify_months) == (6, None)
    assert regime.clocks["安全"].stop_at_once
    assert regime.reports_to == ()


def test_every_value_of_a_regime_keeps_its_source(own_rulebook):
    sources = {source.value: source for source in load(own_rulebook).regimes["ankang-2030"].sources}

    assert sources["key_industries"].quote == "以水泥、有色金属等行业为重点"
    assert sources["obligations.1"].ours == "试行"
    assert sources["public_notice.working_days"].ours == "试行"
    assert all((source.quote is None) != (source.ours is None) for source in sources.values())


def test_a_regime_cannot_be_changed(rulebook):
    with pytest.raises(ValidationError):
        rulebook.regimes["ankang-2024"].year = 2025


def test_the_same_folder_is_loaded_once(rulebook):
    assert load() is rulebook


@pytest.mark.parametrize("name", ["plans/ankang-2030.txt", "rules.yml", "reference/divisions.csv"])
def test_the_digest_changes_with_any_file(own_rulebook, tmp_path, name):
    changed = tmp_path / "changed"
    shutil.copytree(own_rulebook, changed)
    assert load(changed).digest == load(own_rulebook).digest

    changed = changed.rename(tmp_path / "changed-more")
    with (changed / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert load(changed).digest != load(own_rulebook).digest


def test_divisions_start_with_the_area_and_name_each_place_once(rulebook):
    assert rulebook.regimes["ankang-2024"].divisions == (
        "610900",
        *("610902", "610921", "610922", "610923", "610924", "610925", "610926", "610927", "610929", "610981"),
        *("610900-q01", "610900-q02"),
    )
    shandong = rulebook.regimes["shandong-2017"].divisions
    assert shandong[:3] == ("370000", "370100", "370102")
    assert len(shandong) == len(set(shandong))


def test_key_industries_are_known_in_the_words_of_the_plan(rulebook):
    ankang = rulebook.regimes["ankang-2024"]
    assert ankang.key_industry_words == ("水泥", "有色金属", "化工", "冶炼")
    assert ankang.key_industries == ("水泥", "有色", "化工", "钢铁")


def test_due_days_are_those_of_the_kind_and_round(rulebook):
    ankang = rulebook.regimes["ankang-2024"]
    assert ankang.owed("610924", "plan") == date(2024, 7, 19)
    assert ankang.owed("610900-fgw", "midyear") == date(2024, 7, 19)
    assert ankang.owed("610924", "midyear") is None
    assert ankang.owed("371002", "annual") is None, "no reporter of this regime"


@pytest.mark.parametrize(
    ("regime", "written", "code"),
    [
        ("ankang-2024", "紫阳县人民政府", "610924"),
        ("ankang-2024", "紫阳县经济贸易局", "610924"),
        ("ankang-2024", " 安康市 紫阳县\u3000人民政府", "610924"),
        ("ankang-2024", "陕西省安康市紫阳县", "610924"),
        ("ankang-2024", "旬阳县人民政府", "610981"),
        ("ankang-2024", "恒口示范区（试验区）管委会", "610900-q02"),
        ("ankang-2024", "恒口示范区(试验区)管委会", "610900-q02"),
        ("ankang-2024", "高新区", "610900-q01"),
        ("ankang-2024", "安康市发展和改革委员会", "610900-fgw"),
        ("ankang-2024", "神木市人民政府", None),
        ("shaanxi-2018", "神木县人民政府", "610881"),
        ("shandong-2017", "莱芜市莱城区", "370116"),
        ("shandong-2017", "山东省莱芜市莱城区人民政府", "370116"),
        ("shandong-2017", "莱芜市钢城区人民政府", "370117"),
        ("shandong-2017", "青岛市即墨市人民政府", "370215"),
        ("shandong-2017", "即墨市人民政府", "370215"),
        ("shandong-2017", "莱芜市经信委", "370116"),
        ("shandong-2017", "市中区人民政府", None),
        ("shandong-2017", "枣庄市市中区人民政府", "370402"),
    ],
)
def test_reporters_go_by_names_of_today_and_before(rulebook, regime, written, code):
    reporter = rulebook.regimes[regime].reporter_named(written)
    assert (reporter and reporter.code) == code


def test_counties_and_zones_speak_of_themselves_and_departments_of_their_city(rulebook):
    reporters = rulebook.regimes["ankang-2024"].reporters
    assert reporters["610924"].area == {"610924"}
    assert reporters["610900-q01"].area == {"610900-q01"}
    assert {"610900", "610924", "610900-q01"} <= reporters["610900-yjgl"].area
    assert reporters["610900-yjgl"].home == "610900"
    assert reporters["610924"].categories == CATEGORIES
    assert reporters["610900-yjgl"].categories == ("安全",)


@pytest.mark.parametrize(
    ("regime", "method", "industry", "counts"),
    [
        ("ankang-2024", None, "水泥", True),
        ("ankang-2024", "封存", "水泥", True),
        ("ankang-2024", "产能置换", "水泥", False),
        ("ankang-2024", "整合退出", "水泥", False),
        ("weihai-2022", "整合退出", "水泥", True),
        ("weihai-2022", "整合退出", "化工", False),
    ],
)
def test_exits_are_those_of_the_provincial_clause_and_of_the_plan(rulebook, regime, method, industry, counts):
    assert rulebook.regimes[regime].counts_as_exit(method, industry) is counts
