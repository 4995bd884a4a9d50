"""A word that is no valid one gets the valid one that was probably meant, or none rather than an odd one."""

import pytest

import rulebook

INDUSTRIES = {
    "one sign wrong": "水尼=水泥 化公=化工 煤坛=煤炭 煤碳=煤炭 钢贴=钢铁 造低=造纸 陶磁=陶瓷 焦碳=焦炭 轮台=轮胎 "
    "机戒=机械 建村=建材 印柒=印刷",
    "one sign of many wrong": "平版玻璃=平板玻璃 电解吕=电解铝 电介铝=电解铝 铅畜电池=铅蓄电池 铜治炼=铜冶炼",
    "two signs of many wrong": "废旧塑胶再牲=废旧塑料再生",
    "swapped": "泥水=水泥 纸造=造纸",
    "more than the word": "水泥厂=水泥 小型水泥=水泥 化工厂=化工 砖瓦厂=砖瓦 铁合金厂=铁合金 水尼行业=水泥",
    "what it is stands last": "纺织印染=印染 建材砖瓦=砖瓦 化纤纺织=纺织 针织印染=印染 橡胶轮胎=轮胎",
    "a short word first": "焦化厂=焦炭 煤矿开采=煤炭 硅锰合金=铁合金 食品加工=轻工 火电厂=煤电",
    "a class of two words": "铅锌冶炼=铅冶炼、锌冶炼 石灰和石膏制造=石灰、石膏",
    "less than the word": "蓄电池=铅蓄电池 铝冶=电解铝 铝=电解铝 纸=造纸",
}
UNITS = "万顿=万吨 万屯=万吨 万吨吨=万吨 W吨=万吨 顿=吨 万顿/年=万吨"
NO_UNITS = "万米 万吨标煤 箱 万 吨/日"
STRANGE_TO_INDUSTRIES = (
    "石头 电器 汽车 其他 农业 养殖 无 xyz 石 铅 ？ 造船 造船业 水利 石泥 锑冶炼 再生铝 印刷电路板 制糖 制造业 建筑业"
)

COUNTIES_OF_ANKANG = (
    "紫杨县=紫阳县 紫杨=紫阳县 紫阳区=紫阳县 紫阳市=紫阳县 阳紫县=紫阳县 资阳县=紫阳县 汉宾区=汉滨区 石全县=石泉县 "
    "平里县=平利县 岚高县=岚皋县 宁峡县=宁陕县 白合县=白河县 陕西省安康市紫杨县=紫阳县 安康紫杨=紫阳县 恒口示范=恒口示范区"
)
NO_COUNTIES_OF_ANKANG = "纽约 全市 西安市 镇平县 安康市 高"

CATEGORIES = (
    "环境=环保 节能=能耗 安监=安全 工艺=技术 装备=技术 排放=环保 污染=环保 环报=环保 能好=能耗 耗能=能耗 全安=安全 质检=质量 "
    "技朮=技术 "
    "环境、能耗=环保、能耗 环境，安监=环保、安全 能耗和环保=能耗、环保 环保能耗=环保、能耗 能耗超标=能耗 环境不达标=环保 产品质量=质量"
)
NO_CATEGORIES = "其他 无 ？ 产能 落后 去产能 技能"


def pairs(text):
    return [tuple(pair.split("=")) for pair in text.split()]


@pytest.mark.parametrize(("written", "meant"), [pair for text in INDUSTRIES.values() for pair in pairs(text)])
def test_an_industry_is_proposed_for_a_slip(reference, written, meant):
    assert reference.nearest_industry(written) == meant


@pytest.mark.parametrize(("written", "meant"), pairs(UNITS))
def test_a_unit_of_the_industry_is_proposed_for_a_slip(reference, written, meant):
    assert reference.nearest_unit(written, "水泥") == meant


@pytest.mark.parametrize("written", NO_UNITS.split())
def test_no_unit_is_proposed_for_one_of_something_else(reference, written):
    assert reference.nearest_unit(written, "水泥") is None
    assert reference.nearest_unit("万顿", "印染") is None


@pytest.mark.parametrize("written", STRANGE_TO_INDUSTRIES.split())
def test_no_industry_is_proposed_where_nothing_is_like_it_or_too_much(reference, written):
    assert reference.nearest_industry(written) is None


@pytest.mark.parametrize(("written", "meant"), pairs(COUNTIES_OF_ANKANG))
def test_a_county_of_the_area_is_proposed_for_a_slip(reference, written, meant):
    assert reference.nearest_county(written, "610900") == meant


@pytest.mark.parametrize("written", NO_COUNTIES_OF_ANKANG.split())
def test_no_county_is_proposed_for_a_place_elsewhere_or_for_no_place(reference, written):
    assert reference.nearest_county(written, "610900") is None


def test_a_neighbour_is_no_slip_for_the_only_county_of_the_area(reference):
    assert reference.nearest_county("旬阳市", frozenset({"610924"})) is None
    assert reference.nearest_county("汉阴县", frozenset({"610924"})) is None


@pytest.mark.parametrize(("written", "meant"), pairs(CATEGORIES))
def test_a_category_is_proposed_for_a_word_of_its_field_or_a_slip(reference, written, meant):
    assert reference.nearest_category(written) == meant


@pytest.mark.parametrize("written", NO_CATEGORIES.split())
def test_no_category_is_proposed_for_a_word_of_none(reference, written):
    assert reference.nearest_category(written) is None


def test_every_category_has_words_that_lead_to_it(reference):
    assert {reference.nearest_category(word) for word in ("环境", "节能", "质监", "安监", "工艺")} == set(
        rulebook.CATEGORIES
    )
