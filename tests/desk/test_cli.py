"""The command line keeps its contract: what is printed, and the exit codes 0, 1 and 2."""

import errno
import hashlib
import json
import os
import shutil
import zipfile

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from dbt_project import WarehouseError
from desk.cli import app, main
from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decisions
from rulebook import load
from store import Store
from tests.other_forms.filled import ACCEPTANCE, fill_in, saved

CYCLE = ["--regime", "ankang-2024", "--round", "annual"]
READERS = ("status", "gates", "trace", "questions", "findings", "remind")
"""Commands that, like `report`, ask the warehouse about one cycle."""
FINDING_KEYS = {"id", "rule", "severity", "sheet", "cell", "value", "message", "message_en", "remedy"}


@pytest.fixture
def huizong():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])


def test_a_good_workbook_is_accepted_with_exit_code_0(huizong, good_workbook):
    answer = huizong("check", good_workbook, *CYCLE, "--json")
    assert answer.exit_code == 0, answer.output
    (file,) = json.loads(answer.stdout)
    assert (file["file"], file["verdict"], file["form"]) == (str(good_workbook), "accepted", "exit_statistics")
    assert (file["reporter"], file["regime"], file["round"]) == ("610924", "ankang-2024", "annual")
    assert file["findings"] == [] and file["skipped"] == []


def test_a_wrong_cell_is_named_in_one_sentence_and_ends_with_exit_code_1(huizong, workbook_with_unknown_category):
    answer = huizong("check", workbook_with_unknown_category, *CYCLE, "--json")
    assert answer.exit_code == 1
    (finding,) = json.loads(answer.stdout)[0]["findings"]
    assert set(finding) == FINDING_KEYS
    assert (finding["rule"], finding["severity"]) == ("F06", "reject")
    assert (finding["sheet"], finding["cell"], finding["value"]) == ("统计表", "G6", "节能")
    assert "能耗" in finding["message"] + finding["remedy"]


def test_the_annotated_copy_marks_that_cell(huizong, workbook_with_unknown_category, tmp_path):
    huizong("check", workbook_with_unknown_category, *CYCLE, "--annotate", tmp_path / "批注")
    (copy,) = (tmp_path / "批注").iterdir()
    workbook = openpyxl.load_workbook(copy)
    assert workbook.sheetnames[0] == "修改清单"
    assert workbook["修改清单"]["A2"].value == f"文件 File：{workbook_with_unknown_category.name}"
    assert workbook["统计表"]["G6"].comment is not None
    assert workbook["统计表"]["G5"].comment is None


def test_without_a_regime_the_rules_that_need_one_are_skipped_and_listed(huizong, good_workbook):
    answer = huizong("check", good_workbook, "--json")
    assert answer.exit_code == 0, answer.output
    (file,) = json.loads(answer.stdout)
    assert file["skipped"] == ["S07", "S08", "F07", "F10", "F16", "R02", "R05", "R07", "R10"]
    assert file["regime"] is None


def test_what_people_read_on_the_screen_names_cell_and_problem(huizong, workbook_with_unknown_category):
    answer = huizong("check", workbook_with_unknown_category, *CYCLE)
    assert answer.exit_code == 1
    assert "G6" in answer.stdout and "F06" in answer.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "没有这个文件.xlsx"],
        ["check", "{good}", "--regime", "atlantis-2024"],
        ["check", "{good}", "--regime", "ankang-2024", "--reporter", "110101"],
        ["check", "{good}", "--round", "yearly"],
        ["collect", "--inbox", "{nowhere}", "--store", "{nowhere}", *CYCLE],
        ["report", "--store", "{nowhere}", *CYCLE, "-o", "{nowhere}"],
        ["status", "--store", "{nowhere}", *CYCLE],
        ["build", "--store", "{nowhere}"],
        ["verify", "{nowhere}"],
        ["verify", ".", "--store", "{nowhere}"],
        ["seal", "--store", "{nowhere}", *CYCLE],
        ["template", *CYCLE, "--reporter", "999999", "-o", "{nowhere}"],
        ["nonsense"],
    ],
)
def test_wrong_usage_ends_with_exit_code_2_and_no_traceback(huizong, arguments, good_workbook, tmp_path):
    places = {"good": good_workbook, "nowhere": tmp_path / "nowhere"}
    answer = huizong(*[argument.format(**places) for argument in arguments])
    assert answer.exit_code == 2, answer.output
    assert "Traceback" not in answer.output


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["template", *CYCLE, "--reporter", "610924", "-o", "{folder}"], "{folder}"),
        (["template", *CYCLE, "--reporter", "610924", "-o", "{file}/空表.xlsx"], "{file}"),
        (["check", "{file}", "--annotate", "{file}"], "{file}"),
        (["check", "{file}", "--annotate", "/proc/nowhere"], "/proc/nowhere"),
        (["collect", "--inbox", "{folder}", "--store", "{file}", *CYCLE], "{file}"),
        (["collect", "--inbox", "{folder}", "--store", "/proc/nowhere", *CYCLE], "/proc/nowhere"),
        (["report", "--store", "{folder}", *CYCLE, "-o", "{file}"], "{file}"),
        (["status", "--store", "{file}", *CYCLE], "{file}"),
        (["rejudge", "--store", "{file}", *CYCLE, "--dry-run"], "{file}"),
        (["build", "--store", "{file}"], "{file}"),
        (["build", "--store", "/proc"], "/proc"),
    ],
)
def test_a_path_that_cannot_be_used_is_told_in_one_line_that_names_it(
    huizong, arguments, named, good_workbook, tmp_path
):
    places = {"file": good_workbook, "folder": tmp_path}
    answer = huizong(*[argument.format(**places) for argument in arguments])
    assert (answer.exit_code, answer.stdout) == (2, "")
    (line,) = answer.stderr.splitlines()
    assert named.format(**places) in line


def test_a_wrong_call_makes_no_folder(huizong, tmp_path):
    new = tmp_path / "store"
    wrong = ["--regime", "atlantis-2024", "--round", "annual"]
    assert huizong("collect", "--inbox", tmp_path, "--store", new, *wrong).exit_code == 2
    assert not new.exists()


def test_read_tells_what_was_understood_without_a_regime(huizong, good_workbook):
    answer = huizong("read", good_workbook, "--json")
    assert answer.exit_code == 0, answer.output
    first, second = json.loads(answer.stdout)
    assert first == {
        "sheet": "统计表",
        "row": 5,
        "county": "紫阳县",
        "county_code": "610924",
        "industry": "水泥",
        "industry_code": "C3011",
        "enterprise": "紫阳县宏源水泥有限公司",
        "equipment": [{"name": "水泥磨", "spec_value": 2.4, "spec_unit": "米", "quantity": 2, "quantity_unit": "台"}],
        "capacity": 30,
        "capacity_unit": "万吨",
        "categories": ["能耗", "技术"],
        "method": None,
        "shut_on": None,
        "dismantled_on": None,
        "equipment_text": "Φ2.4×7m水泥磨2台",
    }
    assert (second["capacity"], second["categories"]) == (0.5, ["安全"])
    assert '"quantity": 2,' in answer.stdout, "a whole number has no point"


def test_read_of_a_file_without_the_table_is_told_from_a_nil_return(huizong, tmp_path):
    damaged, document = tmp_path / "坏.xlsx", tmp_path / "总结.pdf"
    damaged.write_bytes(b"PK\x03\x04 cut off")
    document.write_bytes(b"%PDF-1.7")
    for file in (damaged, document):
        answer = huizong("read", file, "--json")
        assert (answer.exit_code, json.loads(answer.stdout)) == (1, [])
        assert file.name in answer.stderr


def test_a_document_in_an_archive_is_listed_by_check_and_no_problem_of_read(huizong, good_workbook, tmp_path):
    archive = tmp_path / "报送.zip"
    with zipfile.ZipFile(archive, "w") as package:
        package.write(good_workbook, "表.xlsx")
        package.writestr("总结.pdf", b"%PDF-1.7")
    listed = json.loads(huizong("check", archive, *CYCLE, "--json").stdout)
    assert [(file["file"], file["form"]) for file in listed] == [
        (f"{archive}!表.xlsx", "exit_statistics"),
        (f"{archive}!总结.pdf", "document"),
    ]
    assert huizong("read", archive, "--json").exit_code == 0


def test_sentences_name_a_file_without_its_folders_and_the_answer_as_it_was_given(huizong, tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    answer = huizong("check", tmp_path / "坏.xlsx", "--json")
    (file,) = json.loads(answer.stdout)
    assert file["file"] == str(tmp_path / "坏.xlsx")
    assert "“坏.xlsx”" in file["findings"][0]["message"]


def test_a_lock_file_is_ignored_aloud(huizong, good_workbook, tmp_path):
    lock = tmp_path / "~$表.xlsx"
    lock.write_bytes(b"\x05user")
    answer = huizong("check", lock, good_workbook, *CYCLE, "--json")
    assert ([file["file"] for file in json.loads(answer.stdout)], answer.exit_code) == ([str(good_workbook)], 0)
    assert f"忽略“{lock}”" in answer.stderr
    alone = huizong("check", lock, "--json")
    assert (json.loads(alone.stdout), alone.exit_code) == ([], 0)


def test_a_document_is_accepted_as_one(huizong, tmp_path):
    summary = tmp_path / "总结.pdf"
    summary.write_bytes(b"%PDF-1.7")
    answer = huizong("check", summary, *CYCLE, "--json")
    (file,) = json.loads(answer.stdout)
    assert (answer.exit_code, file["verdict"], file["form"], file["findings"]) == (0, "accepted", "document", [])


def test_the_screen_says_that_a_document_was_not_judged(huizong, tmp_path):
    summary = tmp_path / "总结.pdf"
    summary.write_bytes(b"%PDF-1.7")
    answer = huizong("check", summary, *CYCLE)
    assert answer.exit_code == 0
    assert "附件材料，不是统计表，没有审核。" in answer.stdout and "not judged" in " ".join(answer.stdout.split())
    assert "通过" not in answer.stdout and "没有问题" not in answer.stdout


def test_a_foreign_file_is_a_finding_and_not_an_error(huizong, tmp_path):
    foreign = tmp_path / "照片.xlsx"
    foreign.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    answer = huizong("check", foreign, *CYCLE, "--json")
    assert answer.exit_code == 1
    assert [finding["rule"] for finding in json.loads(answer.stdout)[0]["findings"]] == ["S01"]


def test_an_issued_workbook_is_written(huizong, tmp_path):
    answer = huizong("template", *CYCLE, "--reporter", "610924", "-o", tmp_path / "紫阳县.xlsx")
    assert answer.exit_code == 0, answer.output
    assert openpyxl.load_workbook(tmp_path / "紫阳县.xlsx").sheetnames


def test_a_cycle_by_hand_from_inbox_to_verified_pack(huizong, good_workbook, workbook_with_unknown_category, tmp_path):
    inbox, store, pack = tmp_path / "inbox", tmp_path / "store", tmp_path / "pack"
    (inbox / "610924").mkdir(parents=True)
    shutil.copy(good_workbook, inbox / "610924")
    (inbox / "610924" / "_received.csv").write_text(
        "file,received_at\n紫阳县.xlsx,2024-12-26 09:00\n", encoding="utf-8"
    )
    assert huizong("collect", "--inbox", inbox, "--store", store, *CYCLE).exit_code == 0
    # a worse resubmission: the earlier figures stand
    shutil.copy(workbook_with_unknown_category, inbox / "610924")
    again = huizong("collect", "--inbox", inbox, "--store", store, *CYCLE)
    assert again.exit_code == 0 and "审核未通过 1 份" in again.output
    assert "没有新文件" in huizong("collect", "--inbox", inbox, "--store", store, *CYCLE).output

    assert huizong("build", "--store", store).exit_code == 0
    told = huizong("status", "--store", store, *CYCLE, "--json")
    states = {line["reporter_code"]: line["state"] for line in json.loads(told.stdout)}
    assert states["610924"] == "received" and states["610921"] == "missing"
    assert "逾期未报" in huizong("status", "--store", store, *CYCLE).stdout

    traced = json.loads(huizong("trace", "--store", store, *CYCLE, "--industry", "水泥", "--json").stdout)
    (claim,) = [claim for one in traced["exits"] for claim in one["claims"]]
    assert traced["amounts"][0]["capacity"] == claim["capacity"] == "30" and claim["is_chosen"]
    assert (store / claim["original"]).read_bytes() == good_workbook.read_bytes()
    sheet = openpyxl.load_workbook(good_workbook)[claim["sheet"]]
    assert str(sheet[claim["cell"]].value) == claim["capacity_text"]
    told = huizong("trace", "--store", store, *CYCLE, "--division", "610924")
    assert f"{claim['sheet']}!{claim['cell']}" in told.output and "仅此一方报送" in told.output
    for wrong in (["--division", "370100"], ["--category", "节能"], ["--industry", "飞艇"]):
        assert huizong("trace", "--store", store, *CYCLE, *wrong).exit_code == 2

    assert huizong("report", "--store", store, *CYCLE, "-o", pack).exit_code == 0
    assert json.loads((pack / "manifest.json").read_text(encoding="utf-8"))["sealed"] is False
    lines = (pack / "rollup.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any(line.startswith("ankang-2024,annual,610900,安康市,C3011,水泥,合计,1,1,2,0,30,万吨") for line in lines)

    assert huizong("verify", pack).exit_code == 0
    (pack / "rollup.csv").write_bytes((pack / "rollup.csv").read_bytes() + b" ")
    assert huizong("verify", pack).exit_code == 1

    # a template of one's own that is wrong: told in sentences, and no pack
    (store / "templates" / "ankang-2024").mkdir(parents=True)
    (store / "templates" / "ankang-2024" / "announcement.xlsx").write_bytes(good_workbook.read_bytes()[:100])
    refused = huizong("report", "--store", store, *CYCLE, "-o", tmp_path / "second")
    assert refused.exit_code == 2 and "自备模板有 1 处要改" in refused.output
    assert not (tmp_path / "second").exists()


def test_a_record_of_another_form_is_read_field_by_field(huizong, tmp_path):
    record = tmp_path / "验收意见表.xlsx"
    record.write_bytes(saved(fill_in(ACCEPTANCE)))

    first, _ = json.loads(huizong("read", record, "--json").stdout)
    assert (first["enterprise"], first["capacity"], first["capacity_unit"]) == ("紫阳县华安水泥有限公司", 30, "万吨")
    assert (first["city_opinion"], first["photos_after"], first["pledge"]) == ("同意县级意见", 0, True)
    assert (first["county_opinion_says"], first["city_opinion_says"]) == ("agrees", "agrees")
    shown = huizong("read", record).stdout
    assert "pledge" in shown and "是" in shown and "水泥磨机" in shown


def test_the_workbook_of_another_form_is_written_and_an_unknown_form_is_told(huizong, tmp_path):
    path = tmp_path / "空表.xlsx"
    call = ["template", *CYCLE, "--reporter", "610924", "-o", path, "--form"]

    assert huizong(*call, "acceptance").exit_code == 0
    assert openpyxl.load_workbook(path).sheetnames[0] == "验收意见表"
    refused = huizong(*call, "nothing")
    assert refused.exit_code == 2 and "acceptance" in refused.output


def test_a_cycle_is_sealed_verified_reported_and_corrected(huizong, good_workbook, tmp_path, monkeypatch):
    """The words of the office's page (docs/sealing.md), one after the other."""
    inbox, store, out = tmp_path / "inbox", tmp_path / "store", tmp_path / "out"
    (inbox / "610924").mkdir(parents=True)
    shutil.copy(good_workbook, inbox / "610924")
    of_store = ["--store", store, *CYCLE]
    assert huizong("collect", "--inbox", inbox, *of_store).exit_code == 0
    assert huizong("build", "--store", store).exit_code == 0
    refused = huizong("seal", *of_store)
    assert refused.exit_code == 2 and "还没有封存的决定" in refused.stderr

    seal = Draft("seal", "收齐，同意上报", regime="ankang-2024", round="annual")
    first = Decisions(Store(store), load()).record(seal, Actor("li", "李签发"), None)
    waiting = huizong("report", *of_store, "-o", out)
    assert waiting.exit_code == 2 and "huizong seal" in waiting.stderr and not out.exists()
    sealed = huizong("seal", *of_store)
    assert sealed.exit_code == 0, sealed.output
    folder = store / "sealed" / "ankang-2024" / "annual"
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert digest in sealed.stdout and str(folder) in sealed.stdout
    on_the_list = next(line for line in sealed.stdout.splitlines() if "请抄在报送清单上" in line).rpartition("：")[2]
    assert "没有再写" in huizong("seal", *of_store).stdout

    assert huizong("report", *of_store, "-o", out).exit_code == 0
    assert (out / "rollup.csv").read_bytes() == (folder / "pack" / "rollup.csv").read_bytes()
    elsewhere = shutil.copytree(folder, tmp_path / "backup")
    for place in (store, store / "published" / "byhand", folder, folder / "pack", elsewhere / "pack"):
        within = huizong("report", *of_store, "-o", place)
        assert within.exit_code == 2 and "不能把成果写进去" in within.stderr
    assert huizong("verify", folder, "--store", store).exit_code == 0
    office = tmp_path / "bin" / "soffice"
    office.parent.mkdir()
    office.write_text(f'#!/bin/sh\necho > "{tmp_path}/out-pdf/rollup.pdf"\n')
    office.chmod(0o755)
    (tmp_path / "out-pdf").mkdir()
    (tmp_path / "out-pdf" / "supplement.pdf").write_bytes(b"of a draft")
    with monkeypatch.context() as patched:
        patched.setenv("PATH", f"{office.parent}:/bin:/usr/bin")
        drawn = huizong("report", *of_store, "-o", out, "--pdf")
    assert drawn.exit_code == 0 and str(tmp_path / "out-pdf" / "rollup.pdf") in drawn.stdout
    assert sorted(path.name for path in (tmp_path / "out-pdf").iterdir()) == ["pdf.json", "rollup.pdf"]
    whole = huizong("verify", folder, "--store", store)
    assert whole.exit_code == 0 and digest in whole.stdout
    for verified in (whole, huizong("verify", out)):
        assert f"成果清单摘要（SHA-256），请与报送清单上的核对：{on_the_list}" in verified.stdout
    assert huizong("verify", out, "--store", store).exit_code == 2

    undo = Draft("undo", "紫阳县数字有误", undoes=first.sequence)
    Decisions(Store(store), load()).record(undo, Actor("li", "李签发"), None)
    corrected = openpyxl.load_workbook(good_workbook)
    corrected.active["F5"] = "33万吨/年"
    corrected.save(inbox / "610924" / "更正.xlsx")
    assert huizong("collect", "--inbox", inbox, *of_store).exit_code == 0
    Decisions(Store(store), load()).record(seal, Actor("li", "李签发"), None)
    again = huizong("seal", *of_store)
    assert again.exit_code == 0 and "第 1 号补充更正报告" in again.stdout
    assert "紫阳县数字有误" in (folder / "supplements" / "1" / "pack" / "supplement.csv").read_text(
        encoding="utf-8-sig"
    )
    withdrawn = huizong("verify", folder, "--store", store)
    assert withdrawn.exit_code == 0 and "第 2 号决定撤销" in withdrawn.stdout
    assert on_the_list in withdrawn.stdout and "第 1 号补充更正报告的成果清单摘要" in withdrawn.stdout

    # the warehouse was built before the correction came
    status = huizong("status", *of_store, "--json")
    assert isinstance(json.loads(status.stdout), list)
    assert "与封存的不同" in status.stderr and "33万吨 → 1 条 1 家 2 台套 30万吨" in status.stderr

    (folder / "pack" / "rollup.csv").chmod(0o644)
    (folder / "pack" / "rollup.csv").write_bytes(b"altered")
    altered = huizong("verify", folder)
    assert altered.exit_code == 1 and "pack/rollup.csv" in altered.stdout
    assert huizong("report", *of_store, "-o", out).exit_code == 2


def test_the_province_s_own_template_is_laid_checked_and_told_in_sentences(huizong, tmp_path):
    arguments = ("own-template", "--store", str(tmp_path), "--regime", "ankang-2024")
    laid = huizong(*arguments)
    assert laid.exit_code == 0 and "templates/ankang-2024/report.docx" in laid.output

    whole = huizong(*arguments)
    assert whole.exit_code == 0 and "模板没有问题" in whole.output

    (tmp_path / "templates" / "ankang-2024" / "announcement.xlsx").unlink()
    again = huizong(*arguments)
    assert again.exit_code == 0 and "采用：report.docx。" in again.output
    assert not (tmp_path / "templates" / "ankang-2024" / "announcement.xlsx").exists()
    assert "announcement.xlsx  已放好" in huizong(*arguments, "--lay").output
    for name in ("announcement.xlsx", "report.docx"):
        (tmp_path / "templates" / "ankang-2024" / name).unlink()
    none = huizong(*arguments)
    assert none.exit_code == 0 and "没有自备模板" in none.output
    assert "report.docx  已放好" in huizong(*arguments, "--lay").output

    (tmp_path / "templates" / "ankang-2024" / "报告.docx").write_bytes(b"")
    assert "报告.docx  没有用到" in huizong(*arguments).output

    (tmp_path / "templates" / "ankang-2024" / "report.docx").write_bytes(b"")
    wrong = huizong(*arguments)
    assert wrong.exit_code == 1 and "templates/ankang-2024/report.docx，不是 Word 文档" in wrong.output


def test_an_old_or_damaged_warehouse_is_told_in_one_sentence_by_every_command_that_reads_it(huizong, tmp_path):
    warehouse = tmp_path / "store" / "warehouse.duckdb"
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_decision (sequence integer)")
    place = ("--store", warehouse.parent, *CYCLE)
    commands = [("report", *place, "-o", tmp_path / "pack"), *((name, *place) for name in READERS)]
    for why in ("旧版本建的", "已损坏"):
        for command in commands:
            told = huizong(*command)
            assert told.exit_code == 2 and f"数据仓库{'是' * (why[0] == '旧')}{why}" in told.output, command
            assert "huizong build" in told.output and not told.stdout
        warehouse.write_bytes(b"damaged")


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        duckdb.IOException('IO Error: Could not write file "warehouse.duckdb": No space left on device'),
        WarehouseError("数据仓库没有建成\n  - fct_exit: IO Error: No space left on device"),
    ],
)
def test_a_full_disk_is_told_as_one_whatever_finds_it(monkeypatch, capsys, error):
    def build():
        raise error

    monkeypatch.setattr("desk.cli.application.app", build)
    with pytest.raises(SystemExit) as ended:
        main()

    told = capsys.readouterr().err
    assert ended.value.code == 3 and "磁盘已满" in told and "系统内部出错" not in told
