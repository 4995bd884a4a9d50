"""Decisions as people make them: from texts, against the warehouse, on the command line."""

import errno
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import duckdb
import pytest
from typer.testing import CliRunner

from desk.cli import app
from desk.decisions.acts import Actor, Draft, Refused
from desk.decisions.listing import log_lines
from desk.decisions.log import Decisions
from desk.decisions.room import DecisionRoom, NotCarriedOut, draft_of
from desk.messages.notices import give_notice
from desk.views.records import Records
from desk.views.warehouse import Warehouse
from rulebook import load
from store import Store
from tests.desk.small_store import ANKANG, write_small_store
from tests.exports.pack.test_own_template import document_of

SOON = datetime.now(UTC).date() + timedelta(days=30)
WANG = Actor("wang", "王芳", "steward", "610900")
CYCLE = dict(zip(("regime", "round"), ANKANG, strict=True))
CONSENT = {"document_no": "安政函〔2025〕1号", "document_date": date(2025, 1, 10), "document": b"scan"}
LINES = [
    ("610900", "合计", "合计", None, None, 3, 2, 0),
    ("610900", "水泥", "合计", Decimal("30.3"), "万吨", 2, 1, 1),
    ("610900", "水泥", "能耗", Decimal("30.3"), "万吨", 2, 1, 1),
    ("610900", "造纸", "合计", Decimal("100"), "万吨", 1, 1, 2),
    ("610924", "合计", "合计", None, None, 1, 1, 0),
]


def build_warehouse(store, *findings, round_key=ANKANG[1]):
    """A warehouse with the ``LINES`` of the cycle, every submission and decision of ``store``, and ``findings``.

    The submissions are of the round ``round_key``.
    """
    path = store.root / ".building" / "warehouse.duckdb"
    path.parent.mkdir(exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create view marts.dim_enterprise_name as select 'n' as identity_id")
        connection.execute(
            "create table marts.rpt_rollup (regime text, round text, division_code text, industry text, category text,"
            " capacity decimal(28, 8), capacity_unit text, exits integer, enterprises integer, industry_position integer)"
        )
        for line in LINES:
            connection.execute("insert into marts.rpt_rollup values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*ANKANG, *line])
        connection.execute(
            "create table marts.rpt_list_digest as select regime, round, division_code, industry, capacity_unit,"
            " 'of ' || industry as exits_sha256 from marts.rpt_rollup where category = '合计' and industry != '合计'"
        )
        connection.execute(
            "create table marts.fct_decision as"
            " select unnest(?::integer[]) as sequence, cast(null as text) as lapsed_because",
            [_made(store)],
        )
        connection.execute(
            "create table marts.fct_submission as select unnest(?) as submission_id, unnest(?) as batch,"
            " unnest(?) as reporter_code, ? as regime, ? as round, 'counting' as status, 'exit_statistics' as form,"
            " null as corrects, null as reported_as, 1 as receipt_no, '' as file, '' as sha256, now() as received_at, false as is_nil,"
            " 1 as row_count",
            [
                *(["000001", "000002", "000003"], ["000001", "000002", "000003"], ["610924", "610921", None]),
                *(ANKANG[0], round_key),
            ],
        )
        connection.execute(
            "create table marts.fct_finding"
            " (submission_id text, severity text, resolution text, rule text, sheet text, cell text, value text)"
        )
        for finding in findings:
            connection.execute("insert into marts.fct_finding values (?, ?, ?, null, null, null, null)", finding)
    path.replace(store.root / "warehouse.duckdb")


def _made(store):
    return [one.sequence for one in Decisions(store, load()).all()]


@pytest.fixture
def store(tmp_path):
    store = write_small_store(tmp_path / "store")
    build_warehouse(store)
    return store


@pytest.fixture
def corrected():
    return []


@pytest.fixture
def room(store, corrected):
    return DecisionRoom(
        store,
        load(),
        Decisions(store, load()),
        Records(store, load()),
        Warehouse(store.location("warehouse.duckdb")),
        corrected.append,
        partial(give_notice, store, load(), Decisions(store, load())),
    )


def confirm(room):
    return room.decide(Draft("confirm", "市政府同意", city_code="610900", **CYCLE, **CONSENT), WANG, None)


# ---- the figure of a city ----


def test_the_figure_confirmed_is_the_rollup_of_that_moment(room):
    assert confirm(room).figure == (
        {
            "industry": "合计",
            "capacity": None,
            "capacity_unit": None,
            "exits": 3,
            "enterprises": 2,
            "exits_sha256": None,
        },
        {
            "industry": "水泥",
            "capacity": "30.3",
            "capacity_unit": "万吨",
            "exits": 2,
            "enterprises": 1,
            "exits_sha256": "of 水泥",
        },
        {
            "industry": "造纸",
            "capacity": "100",
            "capacity_unit": "万吨",
            "exits": 1,
            "enterprises": 1,
            "exits_sha256": "of 造纸",
        },
    )


def test_a_figure_the_next_build_would_change_is_not_confirmed(room, store):
    room.decide(Draft("return", "错", submission_id="000001"), WANG, None)
    with pytest.raises(Refused, match="建仓"):
        confirm(room)
    build_warehouse(store)
    assert confirm(room).sequence == 2


def test_acts_that_change_no_figure_do_not_hold_a_confirmation_up(room):
    room.decide(Draft("demand", "请补", reporter_code="610924", **CYCLE), WANG, None)
    assert confirm(room).sequence == 2
    assert confirm(room).sequence == 3


def test_a_file_that_waits_for_the_build_holds_the_confirmation_up(room, store):
    with duckdb.connect(store.location("warehouse.duckdb")) as connection:
        connection.execute("delete from marts.fct_submission where batch = '000002'")
    with pytest.raises(Refused, match="建仓"):
        confirm(room)


def test_without_a_warehouse_nothing_is_confirmed(room, store):
    (store.root / "warehouse.duckdb").unlink()
    with pytest.raises(Refused, match="还没有建立"):
        confirm(room)


def test_a_waiver_that_lapsed_since_the_build_holds_the_confirmation_up(room, store):
    waiver = Draft(
        "waive", "已核实", submission_id="000001", finding_id="rejects-waivably", expires_on=date(2025, 1, 12)
    )
    room.decide(waiver, WANG, None, datetime(2025, 1, 10, tzinfo=UTC))
    build_warehouse(store)
    assert confirm(room).sequence == 2
    built_at = datetime(2025, 1, 12, 15, 59, tzinfo=UTC).timestamp()
    os.utime(store.root / "warehouse.duckdb", (built_at, built_at))
    with pytest.raises(Refused, match="到期的豁免"):
        confirm(room)


# ---- sealing ----


def test_an_open_question_keeps_a_cycle_from_being_sealed(room, store):
    seal = Draft("seal", "全部收齐", regime=CYCLE["regime"], round="midyear")
    build_warehouse(store, ("000001", "explain", "open"), ("000002", "note", "open"), round_key="midyear")
    with pytest.raises(Refused, match="收件 000001）有 1 个问题没有说明或豁免"):
        room.decide(seal, WANG, None)
    build_warehouse(store, ("000001", "explain", "explained"), ("000002", "note", "open"), round_key="midyear")
    assert room.decide(seal, WANG, None).kind == "seal"


def test_a_template_that_cannot_be_filled_keeps_a_cycle_from_being_prepared_and_sealed(room, store):
    """Once a cycle is closed its copy must be written: what is wrong is told while it can be mended."""
    store.write_bytes(f"templates/{CYCLE['regime']}/report.docx", document_of("{% if 退出条数 > '1' %}有{% endif %}"))
    build_warehouse(store, round_key="midyear")
    seal = Draft("seal", "收齐", regime=CYCLE["regime"], round="midyear")
    for draft in (Draft("prepare", "送签", **CYCLE), seal):
        with pytest.raises(Refused, match=r"report\.docx，第 1 段“{% if 退出条数 > '1' %}"):
            room.decide(draft, WANG, None)
    (store.root / "templates" / CYCLE["regime"] / "report.docx").unlink()
    assert room.decide(seal, WANG, None).kind == "seal"


# ---- correcting the reporter ----


def test_an_identity_is_corrected_once_it_is_decided(room, corrected):
    decided = room.decide(Draft("identify", "填错单位", submission_id="000001", new_reporter_code="610921"), WANG, None)
    assert corrected == [decided]


def test_what_is_refused_corrects_nothing(room, corrected):
    with pytest.raises(Refused):
        room.decide(Draft("identify", "", submission_id="000001", new_reporter_code="610921"), WANG, None)
    assert corrected == []


@pytest.mark.parametrize("nobody", ["", "   ", "\u200b\u3000"])
def test_a_decision_that_names_nobody_who_makes_it_is_not_made(room, nobody):
    with pytest.raises(Refused, match="经办人"):
        room.decide(Draft("return", "错", submission_id="000001"), Actor(nobody, nobody), None)
    assert room.decisions.all() == ()


def test_a_correction_that_fails_is_told_as_recorded_and_to_be_repeated_and_is_not_made_twice(room):
    def fail(decision):
        raise OSError(errno.ENOSPC, "no space left")

    failing = replace(room, correct=fail)
    draft = Draft("identify", "填错单位", submission_id="000001", new_reporter_code="610921")
    with pytest.raises(NotCarriedOut, match=r"已记录.*自动再试") as failed:
        failing.decide(draft, WANG, None)
    assert room.decisions.all() == (failed.value.decision,)


# ---- what is filled in ----


@pytest.mark.parametrize("reason", ["\u200b\u3000\u2060", " \t\n "])
def test_a_reason_that_nobody_can_see_is_none(room, reason):
    with pytest.raises(Refused, match="还缺：理由"):
        room.decide(Draft("return", reason, submission_id="000001"), WANG, None)


def test_signs_that_nobody_sees_are_left_out_of_what_is_kept(room):
    user = Draft("grant", "一\n\u200b二\u202e三", user="li\u202e\x00ming", granted_role="viewer", granted_unit="610900")
    kept = room.decide(user, WANG, None)
    assert (kept.reason, kept.user) == ("一\n二三", "liming")


@pytest.mark.parametrize("kind", ["extend", "demand"])
def test_a_due_day_far_ahead_is_a_slip_of_the_pen(room, kind):
    with pytest.raises(Refused, match="太远"):
        room.decide(Draft(kind, "原因", reporter_code="610924", due=date(9999, 1, 1), **CYCLE), WANG, None)


@pytest.mark.parametrize("text", ["20250115", "2025-W03-3", "2025-1-5", "２０２５-01-15"])
def test_a_date_has_one_way_to_be_written(text):
    with pytest.raises(Refused, match="不是日期"):
        draft_of("extend", {"due": text})


# ---- telling the reporter ----


def test_who_must_send_again_finds_in_its_outbox_why(room, store):
    room.decide(Draft("return", "与台账不符", submission_id="000001"), WANG, None)
    room.decide(Draft("demand", "请补停产日期", reporter_code="610924", due=SOON, **CYCLE), WANG, None)
    returned, demanded = "outbox/610924/退回_000001.txt", "outbox/610924/强制重报_000002.txt"
    assert store.keys("outbox") == sorted([returned, demanded])
    assert "原因：与台账不符" in store.read_bytes(returned).decode() and "000001" in store.read_bytes(returned).decode()
    assert SOON.isoformat() in store.read_bytes(demanded).decode()


def text_of(store, key):
    return store.read_bytes(key).decode()


@pytest.mark.parametrize(
    "draft",
    [
        Draft("return", "与台账不符", submission_id="000001"),
        Draft("demand", "请补停产日期", reporter_code="610924", **CYCLE),
    ],
)
def test_the_undo_of_what_a_reporter_was_told_is_told_too(room, store, draft):
    made = room.decide(draft, WANG, None)
    room.decide(Draft("undo", "退错了", undoes=made.sequence), WANG, None)
    told = text_of(store, "outbox/610924/撤销_000002.txt")
    assert f"第 1 号决定“{made.act.label_zh}”" in told and "通知作废" in told and "原因：退错了" in told
    assert "紫阳县" in told and "安康市2024年" in told


def test_both_reporters_are_told_that_a_file_moved_and_that_it_moved_back(room, store):
    room.decide(Draft("identify", "填错单位", submission_id="000001", new_reporter_code="610921"), WANG, None)
    room.decide(Draft("undo", "弄错了", undoes=1), WANG, None)
    moved, undone = "更正填报单位_000001.txt", "撤销_000002.txt"
    assert store.keys("outbox") == sorted(
        f"outbox/{code}/{name}" for code in ("610921", "610924") for name in (moved, undone)
    )
    assert "不再计入您单位" in text_of(store, f"outbox/610924/{moved}")
    assert "认定为您单位的报表" in text_of(store, f"outbox/610921/{moved}")
    assert "恢复记在您单位名下" in text_of(store, f"outbox/610924/{undone}")
    assert "不再作为您单位的报表" in text_of(store, f"outbox/610921/{undone}")


def test_a_notice_names_the_table_in_words_that_make_a_sentence(room, store):
    room.decide(Draft("demand", "请补", reporter_code="610924", **CYCLE), WANG, None)
    told = text_of(store, "outbox/610924/强制重报_000001.txt")
    assert f"Your exit table ({load().regimes[ANKANG[0]].title_en}, annual) must be sent again" in told


def test_other_acts_and_files_of_nobody_known_leave_no_notice(room, store):
    room.decide(Draft("withdraw", "重复", submission_id="000001"), WANG, None)
    room.decide(Draft("return", "不知是谁", submission_id="000003"), WANG, None)
    assert store.keys("outbox") == []


# ---- from texts ----


def test_texts_become_a_draft_and_blank_is_nothing():
    told = {
        "reason": " 延误 ",
        "reporter": "610924",
        "due": "2025-01-05",
        "regime": "",
        "round": None,
        "decision": "12",
    }
    draft = draft_of("extend", told)
    assert draft == Draft("extend", "延误", reporter_code="610924", due=date(2025, 1, 5), undoes=12)


@pytest.mark.parametrize(
    "told", [{"due": "5 January"}, {"due": "2025-02-30"}, {"decision": "-1"}, {"decision": "一"}, {"decision": "²"}]
)
def test_what_is_no_date_or_number_is_told(told):
    (wrong,) = told.values()
    with pytest.raises(Refused, match=wrong):
        draft_of("extend", told)


# ---- the log in words ----


def test_the_log_says_what_each_was_about_and_what_became_of_it(room):
    now = datetime(2024, 12, 25, tzinfo=UTC)
    decisions = room.decisions
    for draft in (
        Draft("return", "错", submission_id="000001"),
        Draft("undo", "看错", undoes=1),
        Draft("extend", "大雪", reporter_code="610924", due=date(2025, 1, 5), **CYCLE),
        Draft("extend", "大雪", reporter_code="610924", due=date(2025, 1, 9), **CYCLE),
        Draft("explain", "属实", submission_id="000001", finding_id="asks", explanation="见台账"),
    ):
        decisions.record(draft, WANG, None, now)
    lines = log_lines(reversed(decisions.all()), decisions, load(), {})
    assert [line.state for line in lines] == ["in_force", "in_force", "replaced", "undo", "undone"]
    assert [line.about[0] for line in lines] == [
        "收件 000001（紫阳县 610924）的问题 F14",
        "紫阳县 610924，安康市2024年（年度）",
        "紫阳县 610924，安康市2024年（年度）",
        "收件 000001（紫阳县 610924）",
        "收件 000001（紫阳县 610924）",
    ]
    assert [line.says[0] for line in lines] == [
        "说明：见台账", "截止 2025-01-09", "截止 2025-01-05", "撤销第 1 号（退回）", "",
    ]  # fmt: skip
    assert lines[-1].undone_by == 2


# ---- the command line ----


@pytest.fixture
def huizong(store):
    runner = CliRunner()

    def call(command, *arguments):
        return runner.invoke(app, [*command.split(), "--store", str(store.root), *map(str, arguments)])

    return call


def test_a_decision_on_the_command_line_is_kept_and_listed(huizong):
    made = huizong("decide return", "--submission", "000001", "--actor", "王芳", "--reason", "数字不符")
    assert (made.exit_code, "第 1 号" in made.stdout, "huizong build" in made.stdout) == (0, True, True)
    listed = huizong("decisions", "--json")
    (decision,) = json.loads(listed.stdout)
    assert (decision["kind"], decision["actor"], decision["submission_id"]) == ("return", "王芳", "000001")
    assert (decision["state"], decision["role"]) == ("in_force", None)
    shown = huizong("decisions")
    assert shown.exit_code == 0 and "退回" in shown.stdout and "数字不符" in shown.stdout


def test_what_is_refused_ends_with_exit_code_2_and_a_sentence(huizong, store):
    refused = huizong("decide waive", "--submission", "000001", "--finding", "rejects", "--expires-on", "2099-01-01",
                      "--actor", "王芳", "--reason", "特殊情况")  # fmt: skip
    assert refused.exit_code == 2
    assert "不可豁免" in refused.output and "Traceback" not in refused.output
    assert store.keys("decisions") == []


@pytest.mark.parametrize("nobody", ["", "   "])
def test_who_decides_must_be_named_on_the_command_line(huizong, store, nobody):
    refused = huizong("decide return", "--submission", "000001", "--actor", nobody, "--reason", "错")
    assert (refused.exit_code, store.keys("decisions")) == (2, [])
    assert "经办人" in refused.output


def test_a_confirmation_takes_its_scan_from_a_file(huizong, store, tmp_path):
    scan = tmp_path / "同意函.pdf"
    scan.write_bytes(b"%PDF scan")
    made = huizong("decide confirm", "--city", "610900", "--regime", "ankang-2024", "--round", "annual",
                   "--document-no", "安政函〔2025〕1号", "--document-date", "2025-01-10", "--document", scan,
                   "--actor", "王芳", "--reason", "市政府同意")  # fmt: skip
    assert made.exit_code == 0, made.output
    (decision,) = Decisions(store, load()).all()
    assert store.read_bytes(f"originals/{decision.document_sha256}") == b"%PDF scan"
    assert decision.figure[1]["capacity"] == "30.3"


def test_the_bytes_of_a_corrected_submission_are_taken_in_for_the_right_reporter(tmp_path, good_workbook):
    inbox, runner = tmp_path / "inbox", CliRunner()
    (inbox / "610924").mkdir(parents=True)
    good_workbook.rename(inbox / "610924" / good_workbook.name)
    store = Store(tmp_path / "collected")
    place, by = ["--store", str(store.root)], ["--actor", "王芳", "--reason", "填错单位"]
    cycle = ["--regime", "ankang-2024", "--round", "annual"]
    runner.invoke(app, ["collect", "--inbox", str(inbox), *place, *cycle])
    made = runner.invoke(
        app,
        ["decide", "identify", "--submission", "000001", "--new-reporter", "610921", *place, *by],
    )
    assert made.exit_code == 0, made.output
    assert made.stderr == ""
    first, second = (Records(store, load()).submission(number) for number in ("000001", "000002"))
    assert (second.reporter_code, second.corrects, second.sha256) == ("610921", "000001", first.sha256)
    assert second.received_at == first.received_at


def test_roles_are_given_on_the_command_line_too(huizong, store):
    made = huizong("decide grant", "--user", "zhao", "--role", "reporter", "--unit", "610924", "--actor", "root",
                   "--reason", "新任", "--name", "赵亮")  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "huizong build" not in made.stdout
    (decision,) = Decisions(store, load()).all()
    assert (decision.user, decision.granted_role, decision.granted_unit) == ("zhao", "reporter", "610924")
    assert decision.person_name == "赵亮"


def test_a_whole_chain_ends_with_0_and_a_broken_one_with_1(huizong, store):
    for code in ("610924", "610921"):
        huizong("decide demand", "--reporter", code, "--regime", "ankang-2024", "--round", "annual",
                "--actor", "王芳", "--reason", "数字不符")  # fmt: skip
    assert huizong("decisions --check").exit_code == 0
    key = "decisions/000001.json"
    store.write_bytes(key, store.read_bytes(key).replace("王芳".encode(), "李明".encode()))
    broken = huizong("decisions --check")
    assert broken.exit_code == 1 and "000002" in broken.stdout
