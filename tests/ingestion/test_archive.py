"""A zip archive gives its workbooks and documents, one by one."""

import ingestion
from ingestion import limits
from tests.ingestion.samples import comma_separated, row, table, xlsx, zipped

WORKBOOK = xlsx(table(row()))


def names(archive: bytes) -> list[str]:
    return [name for name, _ in ingestion.unpack("报.zip", archive)]


def test_a_workbook_stays_as_it_is():
    assert ingestion.unpack("表.xlsx", WORKBOOK) == [("表.xlsx", WORKBOOK)]


def test_members_are_named_after_the_archive():
    second = comma_separated(table(row()))
    archive = zipped({"甲.xlsx": WORKBOOK, "乙/丙.csv": second, "总结.docx": b"x"})
    assert ingestion.unpack("报.zip", archive) == [
        *(("报.zip!甲.xlsx", WORKBOOK), ("报.zip!乙/丙.csv", second), ("报.zip!总结.docx", b"x")),
    ]


def test_a_member_named_after_a_place_outside_is_named_by_what_a_person_reads():
    paths = ("../../甲.xlsx", "/乙/../丙.xlsx", "..\\丁.xlsx")
    assert names(zipped(dict.fromkeys(paths, WORKBOOK))) == ["报.zip!甲.xlsx", "报.zip!乙/丙.xlsx", "报.zip!丁.xlsx"]


def test_lock_files_and_what_only_a_system_needs_stay_in_the_archive():
    junk = ("~$甲.xlsx", "~$总结.docx", ".DS_Store", "__MACOSX/._甲.xlsx", "__MACOSX/照片.jpg", "Thumbs.db", ".a.zip")
    assert names(zipped({"甲.xlsx": WORKBOOK, **dict.fromkeys(junk, b"x")})) == ["报.zip!甲.xlsx"]


def test_an_archive_of_documents_alone_is_unpacked_too():
    assert names(zipped({"照片.jpg": b"x", "盖章.pdf": b"x"})) == ["报.zip!照片.jpg", "报.zip!盖章.pdf"]


def test_names_in_gbk_without_the_flag_for_utf8_are_read():
    # Chinese Windows writes the bytes of GBK and leaves the flag out
    placeholder, gbk = b"ABCD.xlsx", "表格.xlsx".encode("gbk")
    archive = zipped({placeholder.decode(): WORKBOOK}).replace(placeholder, gbk)
    assert names(archive) == ["报.zip!表格.xlsx"]


def test_an_archive_that_holds_nothing_to_keep_is_answered_as_one_file():
    archive = zipped({"说明.txt": b"x"})
    assert ingestion.unpack("报.zip", archive) == [("报.zip", archive)]
    (observation,) = ingestion.read_file("报.zip", archive).observations
    assert (observation.kind, observation.params) == ("unreadable", {"reason": "nothing_in_archive"})


def test_a_workbook_embedded_in_a_document_is_no_workbook_of_its_own():
    document = zipped({"word/document.xml": b"<w:document/>", "word/embeddings/图表.xlsx": WORKBOOK})
    assert ingestion.unpack("总结.docx", document) == [("总结.docx", document)]


def test_a_damaged_archive_is_answered_as_one_file():
    archive = zipped({"甲.xlsx": WORKBOOK})[:600]
    assert ingestion.unpack("报.zip", archive) == [("报.zip", archive)]
    (observation,) = ingestion.read_file("报.zip", archive).observations
    assert (observation.kind, observation.params) == ("unreadable", {"reason": "damaged"})


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked():
    archive = zipped({f"{number}.csv": bytes(64 * 1024**2) for number in range(5)})
    assert names(archive) == ["报.zip"]
    assert [one.kind for one in ingestion.read_file("报.zip", archive).observations] == ["over_limit"]


def test_archives_within_an_archive_are_unpacked_too():
    inner = zipped({"丙.xlsx": WORKBOOK, "照片.jpg": b"x"})
    photos = zipped({"照片.jpg": b"x"})
    assert names(zipped({"甲.xlsx": WORKBOOK, "乙.zip": inner, "照片.zip": photos})) == [
        "报.zip!甲.xlsx",
        "报.zip!乙.zip!丙.xlsx",
        "报.zip!乙.zip!照片.jpg",
        "报.zip!照片.zip!照片.jpg",
    ]


def test_a_damaged_archive_within_an_archive_is_answered_by_itself():
    archive = zipped({"甲.xlsx": WORKBOOK, "乙.zip": zipped({"丙.xlsx": WORKBOOK})[:600]})
    assert names(archive) == ["报.zip!甲.xlsx", "报.zip!乙.zip"]


def over_limit(archive: bytes) -> list[tuple[str, dict]]:
    ((name, data),) = ingestion.unpack("报.zip", archive)
    return [(one.kind, one.params) for one in ingestion.read_file(name, data).observations]


def test_an_archive_of_too_many_members_names_their_number(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ARCHIVE_MEMBERS", 3)
    inner = zipped({f"{number}.csv": b"a,b" for number in range(2)})
    outer = {f"{number}.xlsx": WORKBOOK for number in range(2)} | {"照片.jpg": b"x", "more.zip": inner}
    assert over_limit(zipped(outer)) == [("over_limit", {"found": 5, "measure": "members", "limit": 3})]


def test_what_archives_within_an_archive_unpack_to_is_added_up(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 1_000_000)
    inner = zipped({"表.csv": bytes(400_000)})
    ((kind, params),) = over_limit(zipped({f"{number}.zip": inner for number in range(3)}))
    assert (kind, params["measure"]) == ("over_limit", "unpacked_bytes") and params["found"] > 1_200_000


def test_archives_nested_without_end_are_opened_only_so_far():
    archive = zipped({"表.csv": b"a,b"})
    for _ in range(6):
        archive = zipped({"深.zip": archive})
    assert names(archive) == ["报.zip!深.zip!深.zip!深.zip"]
