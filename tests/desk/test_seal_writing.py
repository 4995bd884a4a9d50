"""The sealed copy of a cycle: the same bytes for the same store, written once, never half, corrected by a supplement."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import duckdb
import openpyxl
import pytest
from docx import Document

import dbt_project
import exports
from desk.decisions.acts import Refused
from desk.decisions.log import Decisions
from desk.january.seal_writing import seal_cycle
from desk.january.sealed_packs import (
    check_against_log,
    check_is_registered,
    compare_with_sealed,
    copy_sealed_pack,
    sign_off_of_pack,
)
from desk.views.warehouse import Warehouse
from rulebook import load
from store import Store
from tests.dbt_project.collection import Collection
from tests.desk.sealed_store import (
    CYCLE,
    HANYIN,
    REGIME,
    ROUND,
    SCAN,
    SEALED_AT,
    ZIYANG,
    bytes_of,
    collect,
    decide,
    exit_of,
    lay_store,
)

FIRST, SECOND = f"sealed/{REGIME}/{ROUND}", f"sealed/{REGIME}/{ROUND}/supplements/1"
LATER = SEALED_AT + timedelta(days=40)


class Story:
    """One store: as it was before it was sealed, once sealed, and corrected by a supplement; built once for all tests."""

    def __init__(self, folder: Path) -> None:
        self.rulebook = load()
        collection = lay_store(folder / "store")
        store = collection.store
        decide(collection, "seal", **CYCLE, reason="收齐，同意上报")
        store.write_bytes(f"templates/{REGIME}/notes.txt", "样式".encode())
        self.unsealed = shutil.copytree(store.root, folder / "unsealed")
        seal_cycle(store, REGIME, ROUND, self.rulebook)
        self.sealed = shutil.copytree(store.root, folder / "sealed")

        decide(collection, "undo", undoes=4, reason="紫阳县数字有误", at=LATER)
        collect(collection, ZIYANG, exit_of(ZIYANG, "宏源水泥", "31.5"), exit_of(ZIYANG, "大河水泥", "12"))
        decide(collection, "seal", **CYCLE, reason="更正后同意", at=LATER + timedelta(days=1))
        seal_cycle(store, REGIME, ROUND, self.rulebook)
        dbt_project.build(store.root, self.rulebook)
        self.corrected = store.root


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    return Story(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def sealed(story, tmp_path) -> Path:
    """A sealed store that the test may change."""
    return changeable(story.sealed, tmp_path)


@pytest.fixture
def corrected(story, tmp_path) -> Path:
    """A store with a supplement, and a build of it, that the test may change."""
    return changeable(story.corrected, tmp_path)


def changeable(store: Path, place: Path) -> Path:
    """A copy of ``store`` of which even what is sealed can be written to."""
    copy = shutil.copytree(store, place / "store")
    for place in (copy / "sealed").rglob("*"):
        place.chmod(0o755 if place.is_dir() else 0o644)
    return copy


def log_of(root: Path) -> Decisions:
    return Decisions(Store(root), load())


def seal(root: Path):
    return seal_cycle(Store(root), REGIME, ROUND, load())


def continued(root: Path, received: int) -> Collection:
    """The store at ``root`` to which files can be added."""
    collection = Collection(root)
    collection.received = received
    return collection


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


# ---- the same bytes ----


def test_another_process_on_another_day_seals_the_same_bytes(story, tmp_path):
    root = shutil.copytree(story.unsealed, tmp_path / "store")
    elsewhere = os.environ | {"PYTHONHASHSEED": "7", "TZ": "America/New_York", "LC_ALL": "C"}
    command = [sys.executable, "-m", "desk.cli", "seal", "--store", str(root), "--regime", REGIME, "--round", ROUND]
    subprocess.run(command, env=elsewhere, check=True, capture_output=True)

    assert bytes_of(root / "sealed") == bytes_of(story.sealed / "sealed")


def test_sealing_an_old_seal_again_writes_nothing(sealed):
    before = {path: path.stat().st_mtime_ns for path in sealed.rglob("*")}

    sealing = seal(sealed)

    assert not sealing.is_new
    assert {path: path.stat().st_mtime_ns for path in sealed.rglob("*")} | {sealed / "locks" / "sealing": 0} == (
        before | {sealed / "locks" / "sealing": 0}
    )


def test_nothing_inside_is_dated_by_the_clock(story):
    """Dates of people and of the day it is made would make another copy tomorrow."""
    manifest = json.loads((story.sealed / FIRST / "manifest.json").read_bytes())
    pack = json.loads((story.sealed / FIRST / "pack" / "manifest.json").read_bytes())

    assert manifest["made_at"] == pack["made_at"] == "2025-01-20T08:30:15+00:00"
    assert pack["sealed"] is manifest["sealed"] is True


# ---- what is in it ----


def test_the_copy_is_whole_and_every_file_is_listed_twice(story):
    """By the manifest, and as sha256sum reads it: who has no huizong in five years can check it too."""
    folder = story.sealed / FIRST

    assert exports.verify_pack(folder) == []
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    subprocess.run(["sha256sum", "--quiet", "-c", f"{ROUND}.sha256"], cwd=folder.parent, check=True)


def test_neither_files_nor_folders_of_a_copy_can_be_written_to(story):
    for store in (story.sealed, story.corrected):
        places = [store / FIRST, *(store / FIRST).rglob("*")]
        assert not [place for place in places if place.stat().st_mode & 0o222]


def test_every_mart_is_there_with_the_lines_of_the_cycle_alone(story):
    marts = story.sealed / FIRST / "marts"
    with duckdb.connect(str(story.corrected / "warehouse.duckdb"), read_only=True) as warehouse:
        built = {name for (name,) in warehouse.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()}  # fmt: skip
    assert {path.stem for path in marts.glob("*.parquet")} == built

    def ask(question: str) -> list:
        return duckdb.sql(question.format(marts=marts)).fetchall()

    for mart in sorted(built):
        columns = {name for name, *_ in ask(f"describe select * from '{{marts}}/{mart}.parquet'")}
        if "regime" in columns:
            assert ask(f"select count(*) from '{{marts}}/{mart}.parquet' where regime <> '{REGIME}'") == [(0,)], mart
    assert ask("select distinct round from '{marts}/fct_submission.parquet' order by 1") == [("annual",), ("plan",)]
    assert ask("select count(*) from '{marts}/fct_exit_claim.parquet'") == [(4,)]
    assert ask("select count(*) from '{marts}/dim_enterprise.parquet'") == [(3,)]


def test_the_documents_say_what_the_marts_say(story):
    folder = story.sealed / FIRST
    told = {
        (line["division_code"], line["industry"], line["category"]): line["capacity"]
        for line in lines_of((folder / "pack" / "rollup.csv").read_bytes())
    }
    kept = duckdb.sql(
        f"select division_code, industry, category, capacity from '{folder}/marts/rpt_rollup.parquet' where round = 'annual'"
    ).fetchall()

    assert told[("610900", "水泥", "合计")] == "49"
    assert {key: value or None for key, value in told.items()} == {
        (code, industry, category): None if capacity is None else f"{capacity:f}".rstrip("0").rstrip(".")
        for code, industry, category, capacity in kept
    }


def test_the_rulebook_in_it_can_be_loaded_and_is_the_one_it_was_made_by(story):
    folder = story.sealed / FIRST

    assert load(folder / "rulebook").digest == json.loads((folder / "manifest.json").read_bytes())["rulebook"]


def test_the_templates_its_documents_were_laid_out_by_are_kept(story):
    assert bytes_of(story.sealed / FIRST / "templates") == {"notes.txt": "样式".encode()}


def test_decisions_of_the_cycle_come_with_their_scans_and_the_others_as_links_of_the_chain(story):
    """Who may use the desk, and what was decided of another round, is nobody's business who reads the copy."""
    folder = story.sealed / FIRST
    chain = json.loads((folder / "chain.json").read_bytes())

    assert [link["sequence"] for link in chain] == [1, 2, 3, 4]
    assert {path.name for path in (folder / "decisions").iterdir()} == {"000001.json", "000004.json"}
    assert [path.read_bytes() for path in (folder / "documents").iterdir()] == [SCAN]


# ---- never half ----


def test_what_goes_wrong_half_way_leaves_nothing(story, tmp_path):
    root = shutil.copytree(story.unsealed, tmp_path / "store")
    scan = next(path for path in (root / "originals").iterdir() if path.read_bytes() == SCAN)
    scan.write_bytes(b"altered")
    with pytest.raises(Refused, match="决定记录不完整"):
        seal(root)
    scan.write_bytes(SCAN)

    # a figure, or a plan, that is not the one that was signed is only found once everything is built
    decision = root / "decisions" / "000004.json"
    told = json.loads(decision.read_bytes())
    cement = {"industry": "水泥", "capacity": "49", "capacity_unit": "万吨", "exits": 3, "enterprises": 3}
    figure = [cement, cement | {"industry": "合计", "capacity": None, "capacity_unit": None}]
    for other in ({"figure": [cement | {"capacity": "50"}, figure[1]]}, {"figure": figure, "plan_figure": []}):
        decision.write_text(json.dumps(told | other), encoding="utf-8")
        with pytest.raises(Refused, match="与签发时不同"):
            seal(root)

    decision.write_text(json.dumps(told), encoding="utf-8")
    (root / "templates" / "ankang-2024").mkdir(parents=True, exist_ok=True)
    (root / "templates" / "ankang-2024" / "report.docx").write_bytes(b"")
    with pytest.raises(Refused, match=r"(?s)没有封存。.*report\.docx"):
        seal(root)

    assert not (root / "sealed").exists() and not (root / ".sealing").exists()
    assert list((root / ".folders").iterdir()) == []


def test_without_a_decision_nothing_is_sealed(tmp_path):
    with pytest.raises(Refused, match="还没有封存的决定"):
        seal(lay_store(tmp_path).store.root)


def test_a_batch_that_nobody_has_judged_keeps_the_cycle_from_being_sealed(story, tmp_path):
    root = shutil.copytree(story.unsealed, tmp_path / "store")
    batch = collect(continued(root, received=8), ZIYANG)
    (root / "findings" / f"{batch}.parquet").unlink()
    (root / "answers" / f"{batch}.json").unlink()

    with pytest.raises(Refused, match=batch):
        seal(root)


def test_a_copy_that_was_altered_is_not_built_upon(sealed):
    file = sealed / FIRST / "pack" / "rollup.csv"
    file.write_bytes(file.read_bytes().replace(b"49", b"59"))

    for act in (seal, lambda root: copy_sealed_pack(Store(root), log_of(root), REGIME, ROUND, root / "out")):
        with pytest.raises(Refused, match=r"rollup\.csv"):
            act(sealed)


# ---- sealed figures stay ----


def test_a_report_of_a_sealed_cycle_is_what_was_sealed(sealed, tmp_path):
    """Also when a later build makes other figures of it: here a code makes two enterprises one."""
    copied = copy_sealed_pack(Store(sealed), log_of(sealed), REGIME, ROUND, tmp_path / "out")

    assert bytes_of(tmp_path / "out") == bytes_of(sealed / FIRST / "pack")
    assert exports.verify_pack(tmp_path / "out") == [] and len(copied) == len(bytes_of(tmp_path / "out"))


def test_what_the_warehouse_says_otherwise_today_is_told_line_by_line(sealed):
    warehouse = Warehouse(sealed / "warehouse.duckdb")
    dbt_project.build(sealed, load())
    assert compare_with_sealed(Store(sealed), log_of(sealed), warehouse, REGIME, ROUND).changes == ()

    code = "91610924MA70ABCD1X"
    later = continued(sealed, received=20)
    both = (exit_of(ZIYANG, name, "1", credit_code=code) for name in ("宏源水泥", "大河水泥"))
    collect(later, ZIYANG, *both, regime="shaanxi-2018")
    dbt_project.build(sealed, load())

    told = compare_with_sealed(Store(sealed), log_of(sealed), warehouse, REGIME, ROUND).changes
    of_area = next(line for line in told if (line.division_code, line.industry) == ("610900", "合计"))
    assert (of_area.before.enterprises, of_area.after.enterprises) == (3, 2)


def test_a_cycle_that_is_open_has_no_sealed_figures(sealed):
    decide(continued(sealed, 20), "undo", undoes=4)

    assert (
        compare_with_sealed(Store(sealed), log_of(sealed), Warehouse(sealed / "warehouse.duckdb"), REGIME, ROUND)
        is None
    )
    assert copy_sealed_pack(Store(sealed), log_of(sealed), REGIME, ROUND, sealed / "out") is None


# ---- supplements ----


def test_a_supplement_leaves_the_first_copy_as_it_was(story):
    first = {name: content for name, content in bytes_of(story.corrected / FIRST).items() if "supplements/" not in name}

    assert first == bytes_of(story.sealed / FIRST)
    assert exports.verify_pack(story.corrected / FIRST) == []


def test_the_supplement_leads_from_the_figures_sealed_first_to_those_sealed_now(story):
    """Every line of the old table with the corrections applied is the new table, and no other line is named."""
    key = ("division_code", "industry", "category", "capacity_unit")
    names = ("enterprises", "exits", "equipment", "equipment_unknown", "capacity")

    def figures(content: bytes) -> dict:
        return {tuple(line[name] for name in key): tuple(line[name] for name in names) for line in lines_of(content)}

    before = figures((story.corrected / FIRST / "pack" / "rollup.csv").read_bytes())
    after = figures((story.corrected / SECOND / "pack" / "rollup.csv").read_bytes())
    corrections = lines_of((story.corrected / SECOND / "pack" / "supplement.csv").read_bytes())
    told = {
        tuple(line[name] for name in key): [
            tuple(line[f"{name}_{side}"] for name in names) for side in ("before", "after")
        ]
        for line in corrections
    }

    assert {line: [before[line], after[line]] for line in after if before[line] != after[line]} == told
    assert {(line["division"], line["capacity_before"], line["capacity_after"]) for line in corrections} == {
        ("安康市", "49", "50.5"),
        ("紫阳县", "42", "43.5"),
    }


def test_each_correction_says_why(story):
    reasons = {line["reason"] for line in lines_of((story.corrected / SECOND / "pack" / "supplement.csv").read_bytes())}

    assert reasons == {
        "撤销封存：紫阳县数字有误；新计入收件 000005（紫阳县，000005.xlsx）；"
        "收件 000001（紫阳县，000001.xlsx）不再是依据（已被新表取代）"
    }


def test_the_printed_supplement_names_its_number_the_seals_and_the_exits(story):
    workbook = openpyxl.load_workbook(story.corrected / SECOND / "pack" / "supplement.xlsx")
    lines, exits, plan = ([[cell.value for cell in row if cell.value] for row in sheet] for sheet in workbook)

    assert "补充更正报告" in lines[0][0] and "第 1 号" in lines[0][0]
    told = "".join(str(value) for row in lines for value in row)
    assert "第 4 号决定封存" in told and "第 5 号决定" in told and "第 6 号决定封存" in told
    # the other exit of the table that was sent again is as it was
    assert [row[3:] for row in exits if row[0] == 1] == [
        ["宏源水泥", "30万吨，2 台套，能耗", "000001", "31.5万吨，2 台套，能耗", "000005"]
    ]
    # of 31.5 in place of 30 that were planned 1.5 are outside, beside the 19 and 12 of two enterprises nobody planned
    changed = {(row[1], row[4]): tuple(row[5:8]) for row in plan if row[2:4] == ["水泥", "合计"]}
    assert changed == {
        ("安康市", "实际退出产能"): (49, 50.5, "万吨"),
        ("安康市", "其中计划外产能"): (19, 20.5, "万吨"),
        ("紫阳县", "实际退出产能"): (42, 43.5, "万吨"),
        ("紫阳县", "其中计划外产能"): (12, 13.5, "万吨"),
    }
    assert all("新计入收件 000005" in row[8] for row in plan if row[2:4] == ["水泥", "合计"])


def test_the_documents_of_a_supplement_say_that_they_are_one(story):
    pack = story.corrected / SECOND / "pack"
    report = "\n".join(paragraph.text for paragraph in Document(pack / "report.docx").paragraphs)

    assert "补充更正报告（第1次）" in report
    assert "本报告是对2025年1月20日的报告的第1次补充更正" in report
    annex = re.search(r"更正前后的数字和原因见附件(\d)", report).group(1)
    assert f"{annex}. 更正前后对照表（另附supplement.xlsx）" in report
    cells = [cell.value for row in openpyxl.load_workbook(pack / "transmittal.xlsx").active for cell in row]
    assert "第 1 次补充更正报告，更正2025年1月20日的报告" in cells
    for name in ("supplement.xlsx", "supplement.csv", "supplement_plan.csv"):
        assert name in cells and hashlib.sha256((pack / name).read_bytes()).hexdigest() in cells
    assert exports.verify_pack(pack) == []
    first = "\n".join(text.text for text in Document(story.corrected / FIRST / "pack" / "report.docx").paragraphs)
    assert "补充" not in first


def test_the_draft_of_a_supplement_names_the_number_of_the_report_it_corrects(sealed):
    store, later = Store(sealed), continued(sealed, received=20)
    assert sign_off_of_pack(store, log_of(sealed), REGIME, ROUND, load()).supplement is None
    decide(later, "undo", undoes=4, reason="有误", at=LATER)
    told = sign_off_of_pack(store, log_of(sealed), REGIME, ROUND, load()).supplement
    assert (told.number, told.document_no, told.document_date) == (1, None, date(2025, 1, 20))


def test_the_report_after_a_supplement_is_the_corrected_one(story, tmp_path):
    copy_sealed_pack(Store(story.corrected), log_of(story.corrected), REGIME, ROUND, tmp_path / "out")

    assert bytes_of(tmp_path / "out") == bytes_of(story.corrected / SECOND / "pack")


def test_a_second_seal_that_changes_nothing_has_its_number_and_says_so(corrected):
    later = continued(corrected, received=20)
    decide(later, "undo", undoes=6, reason="误撤", at=LATER + timedelta(days=2))
    decide(later, "seal", **CYCLE, at=LATER + timedelta(days=3))

    assert seal(corrected).pack.number == 2
    assert lines_of((corrected / FIRST / "supplements" / "2" / "pack" / "supplement.csv").read_bytes()) == []
    sheet = openpyxl.load_workbook(corrected / FIRST / "supplements" / "2" / "pack" / "supplement.xlsx")["更正"]
    assert any("没有更正" in str(cell.value) for row in sheet for cell in row)
    assert exports.verify_pack(corrected / FIRST) == []


# ---- proof ----


def test_every_flipped_byte_is_found(corrected):
    """One in each file, at a place that differs from file to file."""
    folder = corrected / FIRST
    for number, (name, content) in enumerate(bytes_of(folder).items()):
        path = folder / name
        position = number * 7919 % len(content)
        path.write_bytes(content[:position] + bytes([content[position] ^ 1 << number % 8]) + content[position + 1 :])
        assert exports.verify_pack(folder), name
        path.write_bytes(content)
    assert exports.verify_pack(folder) == []


def test_every_file_that_is_gone_or_called_otherwise_is_found(corrected):
    folder = corrected / FIRST
    for name in bytes_of(folder):
        path = folder / name
        path.rename(corrected / "aside")
        assert exports.verify_pack(folder), name
        (corrected / "aside").rename(path.with_name(f"{path.name}1"))
        assert exports.verify_pack(folder), name
        path.with_name(f"{path.name}1").rename(path)
    assert exports.verify_pack(folder) == []


@pytest.mark.parametrize(
    "name", ["later.txt", "pack/later.txt", "supplements/later.txt", "supplements/1/later.txt", "supplements/7/a.txt"]
)
def test_every_file_that_is_too_much_is_found(corrected, name):
    path = corrected / FIRST / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")

    assert exports.verify_pack(corrected / FIRST)


def test_a_file_that_only_leads_elsewhere_is_found(corrected):
    path = corrected / FIRST / "pack" / "rollup.csv"
    path.rename(corrected / "rollup.csv")
    path.symlink_to(corrected / "rollup.csv")

    assert any("rollup.csv" in problem for problem in exports.verify_pack(corrected / FIRST))


def test_a_copy_agrees_with_the_log_of_its_store(story):
    for key in (FIRST, SECOND):
        problems, notes = check_against_log(Store(story.corrected), log_of(story.corrected), story.corrected / key)
        assert problems == []
        assert [note[:20] for note in notes] == (["这份封存已由第 5 号决定撤销（紫阳县数"] if key == FIRST else [])


def test_a_supplement_that_was_taken_away_is_missed_by_the_store(corrected):
    shutil.rmtree(corrected / FIRST / "supplements")

    assert exports.verify_pack(corrected / FIRST) == []
    problems, _ = check_against_log(Store(corrected), log_of(corrected), corrected / FIRST)
    assert len(problems) == 1 and "登记了 1 份" in problems[0]


def test_a_copy_made_anew_does_not_have_the_digest_that_was_kept(sealed):
    """Who knows how it is made can make every digest anew, but not the one that is kept elsewhere."""
    manifest = sealed / FIRST / "manifest.json"
    told = json.loads(manifest.read_bytes())
    manifest.write_bytes(exports.verification.format_manifest(told | {"title": "另一个标题"}))

    assert exports.verify_pack(sealed / FIRST) == []
    problems, _ = check_against_log(Store(sealed), log_of(sealed), sealed / FIRST)
    assert len(problems) == 1 and "摘要" in problems[0]
    with pytest.raises(Refused, match="登记的摘要"):
        seal(sealed)


def test_that_a_manifest_is_another_one_is_told_before_the_files(corrected):
    folder = corrected / FIRST
    (folder / "manifest.json").write_text('{"files": []}', encoding="utf-8")

    first, *others = exports.verify_pack(folder)
    assert "另一份成果的清单" in first and any("marts/" in problem for problem in others)


def test_a_manifest_that_is_not_the_registered_one_is_told_as_such(sealed):
    manifest = sealed / FIRST / "manifest.json"
    assert check_is_registered(Store(sealed), sealed / FIRST) == []
    manifest.write_bytes(manifest.read_bytes() + b" ")
    (told,) = check_is_registered(Store(sealed), sealed / FIRST)
    assert "不是数据仓里登记的那一份" in told


def test_a_copy_that_is_gone_is_not_made_anew(sealed):
    """It must come from the backup: what is made today by another program would not be what was sealed."""
    shutil.rmtree(sealed / FIRST)

    with pytest.raises(Refused, match="请按备份恢复"):
        seal(sealed)
    assert not (sealed / FIRST).exists()


def test_a_log_that_was_rewritten_since_does_not_agree_with_the_copy(sealed):
    """The chain of the log alone can be made anew from the decision that was altered on."""
    first = sealed / "decisions" / "000001.json"
    first.write_bytes(first.read_bytes().replace("核对后决定".encode(), "核对后确认".encode()))

    problems, _ = check_against_log(Store(sealed), log_of(sealed), sealed / FIRST)

    assert any("第 1 号决定与封存时不同" in problem for problem in problems)


def test_a_draft_cannot_be_held_against_the_log(story, tmp_path):
    with pytest.raises(Refused, match="不是封存件"):
        check_against_log(Store(story.sealed), log_of(story.sealed), tmp_path)


def test_a_digest_that_a_crash_kept_from_being_written_is_written_by_the_next_call(sealed):
    digests = sealed / f"{FIRST}.sha256"
    kept = digests.read_bytes()
    digests.unlink()

    assert not seal(sealed).is_new
    assert digests.read_bytes() == kept


def test_the_plan_round_that_the_annual_seal_closed_has_no_copy_of_its_own(sealed):
    with pytest.raises(Refused, match="还没有封存的决定"):
        seal_cycle(Store(sealed), REGIME, "plan", load())


def test_a_plan_changed_after_the_seal_was_undone_leaves_the_sealed_year_as_it_was_and_the_supplement_says_so(sealed):
    """Another plan table, and a row of mid-year added to the plan whose file then goes with the copy."""
    before, later = bytes_of(sealed / FIRST), continued(sealed, received=4)
    decide(later, "undo", undoes=4, reason="计划有误", at=LATER)
    midyear = collect(later, ZIYANG, exit_of(ZIYANG, "早退水泥", "5"), round="midyear")
    collect(later, ZIYANG, exit_of(ZIYANG, "宏源水泥", "25"), exit_of(ZIYANG, "未退水泥", "8"), round="plan")
    consent = {"document_no": "紫政函〔2024〕9号", "document_issuer": "紫阳县人民政府", "document_date": LATER.date()}
    added = {"submission_id": midyear, "row_id": f"{midyear}:1:5", "enterprise": "早退水泥", "reporter_code": ZIYANG}
    decide(later, "add_to_plan", **CYCLE, **added, **consent, reason="属地同意", at=LATER)
    decide(later, "seal", **CYCLE, at=LATER + timedelta(days=1))
    assert seal(sealed).pack.number == 1

    after = bytes_of(sealed / FIRST)
    assert {name: content for name, content in after.items() if "supplements/" not in name} == before
    assert exports.verify_pack(sealed / FIRST) == []
    question = """
        select planned_capacity, done_capacity, actual_capacity, unplanned_capacity from '{}/marts/rpt_plan_actual.parquet'
        where division_code = '610924' and industry = '水泥' and category = '合计' and round = 'annual'
    """
    told = [duckdb.sql(question.format(sealed / key)).fetchall() for key in (FIRST, SECOND)]
    assert told == [[(30, 30, 42, 12)], [(38, 25, 42, 17)]]

    workbook = openpyxl.load_workbook(sealed / SECOND / "pack" / "supplement.xlsx")
    said = {sheet.title: [[cell.value for cell in row if cell.value] for row in sheet] for sheet in workbook}
    assert lines_of((sealed / SECOND / "pack" / "supplement.csv").read_bytes()) == []
    assert any("汇总表各行与上次封存的一致" in str(row) for row in said["更正"])
    changed = {row[4]: row[5:] for row in said["计划与完成"] if row[1:4] == ["紫阳县", "水泥", "合计"]}
    assert {name: tuple(told[:3]) for name, told in changed.items()} == {
        "计划条数": (1, 3, "条"),
        "计划产能": (30, 38, "万吨"),
        "其中已完成产能": (30, 25, "万吨"),
        "条数完成率": (100, 33.33, "%"),
        "产能完成率": (100, 65.79, "%"),
        "其中计划外产能": (12, 17, "万吨"),
    }
    for *_, reason in changed.values():
        assert "撤销封存：计划有误" in reason and "动态新增：属地同意" in reason and "新计入收件" in reason
    of_plan = lines_of((sealed / SECOND / "pack" / "supplement_plan.csv").read_bytes())
    (line,) = (
        one for one in of_plan if (one["division"], one["industry"], one["category"]) == ("紫阳县", "水泥", "合计")
    )
    told = [line[f"{name}_{side}"] for name in ("planned_capacity", "exits_percent") for side in ("before", "after")]
    assert told == ["30", "38", "100", "33.33"] and "动态新增：属地同意" in line["reason"]
    # the row of mid-year, and its file, are there to be asked for
    assert duckdb.sql(f"select count(*) from '{sealed / SECOND}/marts/fct_claim.parquet' where submission_id = '{midyear}'") \
        .fetchall() == [(1,)]  # fmt: skip
    assert midyear in {one["submission_id"] for one in json.loads((sealed / SECOND / "originals.json").read_text())}


def test_a_county_that_was_returned_is_missing_with_the_decision_and_its_reason(corrected):
    later = continued(corrected, received=20)
    decide(later, "undo", undoes=6, at=LATER + timedelta(days=2))
    decide(later, "return", submission_id="000002", reason="材料不实", at=LATER + timedelta(days=3))
    decide(later, "seal", **CYCLE, at=LATER + timedelta(days=4))
    seal(corrected)

    lines = lines_of((corrected / FIRST / "supplements" / "2" / "pack" / "supplement.csv").read_bytes())
    gone = [line for line in lines if line["division_code"] == HANYIN]
    assert gone and all(line["exits_after"] == "" and line["exits_before"] == "1" for line in gone)
    assert all("第 8 号决定 退回：材料不实" in line["reason"] for line in lines)
