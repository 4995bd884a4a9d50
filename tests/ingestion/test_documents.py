"""Which of the owed documents a file is, by its name; and what is no document at all."""

import pytest

import ingestion
from ingestion.documents import tell_kind
from tests.ingestion.samples import understood, zipped

PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" * 40


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("2024年工作总结.docx", "summary"),
        ("关于淘汰落后产能工作情况的报告.pdf", "summary"),
        ("年度计划完成情况总结.docx", "summary"),
        ("工作总结（附照片）.docx", "summary"),
        ("附件照片说明.docx", "evidence"),
        ("报.zip!佐证材料/1.pdf", "evidence"),
        ("佐证.zip!扫描件.pdf", "evidence"),
        ("IMG_2024.JPG", "evidence"),
        ("工作总结.png", "summary"),
        ("工作方案.docx", "plan_report"),
        ("公示情况报告.docx", "publication_state"),
        ("材料.docx", None),
        ("1.pdf", None),
    ],
)
def test_the_name_tells_which_document_it_is(name, kind):
    assert tell_kind(name, "annual") == kind


def test_a_report_in_the_round_of_plans_is_the_report_of_the_plan():
    assert tell_kind("关于报送淘汰落后产能情况的报告.pdf", "plan") == "plan_report"


def test_a_document_keeps_its_kind_and_its_reporter():
    submission = understood(b"%PDF-1.7", "工作总结.pdf").submissions.iloc[0]
    assert (submission.form, submission.document_kind, submission.reporter_code) == ("document", "summary", "610924")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("附件照片说明.docx", b"PK\x03\x04", "damaged_document"),
        ("总结.docx", zipped({"word/document.xml": b"x" * 900})[:-30], "damaged_document"),
        ("总结.pdf", bytes(900), "damaged_document"),
        ("照片.jpg", b"\xff\xd8", "damaged_document"),
        ("总结.pdf", b"", "empty"),
    ],
)
def test_what_no_program_opens_is_no_document(name, data, reason):
    frames = understood(data, name)
    assert (frames.submissions.form[0], list(frames.observations.observation)) == ("document", ["unreadable"])
    (found,) = ingestion.read_file(name, data).observations
    assert found.params == {"reason": reason}


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("1.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 "),
        ("1.heic", b"\x00\x00\x00\x18ftypheic"),
        ("1.gif", b"GIF89a"),
        ("1.bmp", b"BM\x36"),
        ("1.tiff", b"II*\x00"),
    ],
)
def test_a_picture_of_any_common_kind_is_evidence(name, beginning):
    frames = understood(beginning + bytes(90), name)
    assert (list(frames.submissions.document_kind), list(frames.observations.observation)) == (["evidence"], [])


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", PHOTO, b"{\\rtf1 text}", zipped({"word/document.xml": b"<w:document/>"})]
)
@pytest.mark.parametrize("suffix", ["docx", "pdf", "jpg"])
def test_a_document_under_the_suffix_of_another_is_one(data, suffix):
    reading = ingestion.read_file(f"总结.{suffix}", data)
    assert (reading.is_document, reading.observations) == (True, ())
