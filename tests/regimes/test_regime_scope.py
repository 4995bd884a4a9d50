"""What each plan covers, by which documents it judges, and whom it tells."""

import pytest

ALL_SIX_FIELDS = {"county", "industry", "enterprise", "equipment", "capacity", "category"}


@pytest.mark.parametrize(
    ("key", "industries"),
    [
        ("shandong-2017", "钢铁 煤炭 水泥 电解铝 平板玻璃"),
        ("shenzhen-2019", "钢铁 水泥 电解铝 平板玻璃 造纸 印染 制革 铅蓄电池 铜冶炼 铅冶炼 小火电 陶瓷"),
        ("weihai-2022", "煤电 水泥 轮胎 化工 平板玻璃 废旧塑料再生 砖瓦 石灰 石膏"),
        ("liaocheng-2025", "化工 钢铁 有色 建材 医药 机械 轻工 纺织 印刷"),
        ("shaanxi-2018", "煤炭"),
    ],
)
def test_the_key_industries_are_those_the_plan_names(regimes, key, industries):
    assert regimes[key].key_industries == tuple(industries.split())


def test_smelting_as_ankang_writes_it_is_the_industry_it_is_a_synonym_of(regimes):
    assert regimes["ankang-2024"].key_industries == ("水泥", "有色", "化工", "钢铁")


def test_only_the_coal_list_asks_for_less_than_the_annex_table(regimes):
    required = {key: set(regime.required_fields) for key, regime in regimes.items()}
    assert required.pop("shaanxi-2018") == {"industry", "enterprise", "capacity"}
    assert all(fields == ALL_SIX_FIELDS for fields in required.values())


def test_shandong_reports_to_two_and_copies_fourteen(regimes):
    regime = regimes["shandong-2017"]
    assert regime.reports_to == ("工业和信息化部", "国家能源局")
    assert regime.copies == (
        "国家发展改革委",
        "财政部",
        "人力资源社会保障部",
        "国土资源部",
        "环境保护部",
        "农业部",
        "商务部",
        "人民银行",
        "国务院国资委",
        "税务总局",
        "工商总局",
        "质检总局",
        "安全监管总局",
        "银监会",
    )
    assert regime.joint_signers == ("山东省经济和信息化委员会", "山东省发展和改革委员会", "山东省煤炭工业局")


def test_cities_report_to_the_province(regimes):
    assert regimes["ankang-2024"].reports_to == ("省工业和信息化厅",)
    assert regimes["shenzhen-2019"].reports_to == ("省工业和信息化厅",)
    assert regimes["liaocheng-2025"].reports_to == ("省有关部门",)


def test_an_objection_holds_the_whole_report_in_liaocheng_only(regimes):
    holding = {key for key, regime in regimes.items() if regime.public_notice.objection_effect == "hold_report"}
    assert holding == {"liaocheng-2025"}


def test_public_notice_lasts_five_working_days_until_a_province_says_otherwise(regimes):
    assert {regime.public_notice.working_days for regime in regimes.values()} == {5}


def test_shenzhen_has_no_standard_for_five_pairs_of_industry_and_category(regimes):
    gaps = {(gap.industry, gap.category) for gap in regimes["shenzhen-2019"].standard_gaps}
    assert gaps == {("铜冶炼", "质量"), ("铅冶炼", "质量"), ("小火电", "质量"), ("印染", "能耗"), ("铅蓄电池", "能耗")}
    assert not any(regime.standard_gaps for key, regime in regimes.items() if key != "shenzhen-2019")


def test_weihai_counts_integration_of_cement_mills_and_tyres_as_exit(regimes):
    weihai = regimes["weihai-2022"]
    assert weihai.counts_as_exit("整合退出", "水泥")
    assert weihai.counts_as_exit("整合退出", "轮胎")
    assert not weihai.counts_as_exit("整合退出", "化工")
    assert not regimes["shandong-2017"].counts_as_exit("整合退出", "水泥")


def test_thresholds_and_standards_are_those_of_documents_the_plan_names(regimes):
    documents = {key: (regime.threshold_documents, regime.standard_documents) for key, regime in regimes.items()}
    assert documents == {
        "weihai-2022": (("威海2022方案",), ()),
        "liaocheng-2025": ((), ()),
        "shandong-2017": (("鲁经信产〔2017〕481号 二(五)", "深圳2019表5"), ()),
        "shenzhen-2019": (("深圳2019表5",), ("深圳2019表1",)),
        "ankang-2024": ((), ()),
        "shaanxi-2018": ((), ()),
    }


def test_only_ankang_asks_for_an_acceptance_record_with_photos_of_three_stages(regimes):
    asked = {key: regime.acceptance.photo_stages for key, regime in regimes.items() if regime.acceptance}
    assert asked == {"ankang-2024": ("before", "during", "after")}


@pytest.mark.parametrize(
    ("key", "within", "without"),
    [
        ("shandong-2017", "钢铁 炼铁 炼钢", "砖瓦"),
        ("liaocheng-2025", "轻工 造纸 有色 电解铝", "煤炭"),
        ("ankang-2024", "化工 电石 钢铁 有色 铅冶炼", "造纸"),
    ],
)
def test_what_is_part_of_a_key_industry_is_in_the_focus_of_the_plan_too(regimes, key, within, without):
    focus = set(regimes[key].industries_in_focus)
    assert focus.issuperset(within.split()) and without not in focus
