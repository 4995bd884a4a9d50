"""What the path of a photo tells: the stage and the enterprise; a batch with photos writes them beside its rows."""

from datetime import UTC, datetime

import pytest

import ingestion
from ingestion import Delivery
from ingestion.photos import tell_photo
from store import Store
from tests.ingestion.samples import comma_separated, row, table, the_rulebook, zipped

PHOTO = b"\xff\xd8\xff\xe0 a picture"


@pytest.mark.parametrize(
    ("path", "stage", "name"),
    [
        ("紫阳县瓦庙水泥厂/拆除前/IMG_2031.jpg", "before", "紫阳县瓦庙水泥厂"),
        ("紫阳县瓦庙水泥厂_拆除中_1.jpg", "during", "紫阳县瓦庙水泥厂"),
        ("1.瓦庙水泥厂拆除后(2).png", "after", "瓦庙水泥厂"),
        ("拆除后/瓦庙水泥厂3.jpg", "after", "瓦庙水泥厂"),
        ("验收.zip!瓦庙水泥厂/前/1.jpg", "before", "瓦庙水泥厂"),
        ("瓦庙水泥厂验收资料.zip!照片/during/1.JPG", "during", "瓦庙水泥厂"),
        ("Photos/After/瓦庙水泥厂.jpeg", "after", "瓦庙水泥厂"),
        ("拆除前中后照片/瓦庙水泥厂-后-1.jpg", "after", "瓦庙水泥厂"),
        ("拆除前、中、后影像/瓦庙水泥厂/拆除中.jpg", "during", "瓦庙水泥厂"),
        ("拆除前中联水泥厂.jpg", "before", "中联水泥厂"),
        ("安康（集团）瓦庙水泥厂/拆除前.jpg", "before", "安康(集团)瓦庙水泥厂"),
        ("前进水泥厂/中/1.jpg", "during", "前进水泥厂"),
    ],
)
def test_stage_and_enterprise_are_told_by_folder_archive_or_file(path, stage, name):
    told = tell_photo(path, the_rulebook().reference)
    assert (told.stage, told.names[0]) == (stage, name)


@pytest.mark.parametrize(
    "path", ["瓦庙水泥厂/1.jpg", "瓦庙水泥厂/拆除前后对比.jpg", "拆除前/瓦庙水泥厂拆除后.jpg", "前进水泥厂.jpg"]
)
def test_a_stage_that_is_not_told_or_told_twice_stays_open(path):
    assert tell_photo(path, the_rulebook().reference).stage is None


@pytest.mark.parametrize("path", ["拆除前/IMG_2031.jpg", "紫阳县/拆除前/1.jpg", "现场照片/20241201.jpg"])
def test_numbers_places_and_words_like_photo_are_no_enterprise(path):
    assert tell_photo(path, the_rulebook().reference).names == ()


def test_every_part_that_may_be_a_name_is_told_the_innermost_first():
    assert tell_photo("瓦庙水泥厂/拆除前/球磨机全景.jpg", the_rulebook().reference).names == (
        "球磨机全景",
        "瓦庙水泥厂",
    )


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("丑梁水泥厂（紫阳县）", ("丑梁水泥厂(紫阳县)", "紫阳县丑梁水泥厂")),
        ("丑梁水泥厂（三期）", ("丑梁水泥厂(三期)",)),
    ],
)
def test_a_place_in_brackets_behind_a_name_may_also_stand_before_it(folder, names):
    assert tell_photo(f"{folder}/拆除中/q.jpg", the_rulebook().reference).names == names


def read(store: Store, *files: tuple[str, bytes]) -> list[dict]:
    """What is written of the photos of one delivery of 紫阳县."""
    deliveries = [Delivery(name, data, "610924", "upload", datetime(2024, 12, 1, tzinfo=UTC)) for name, data in files]
    reception = ingestion.receive_files(store, deliveries, "ankang-2024", "annual", the_rulebook())
    for batch in reception.batches:
        ingestion.read_batch(store, batch, the_rulebook())
    return [line for key in store.keys("photos") for line in store.read_table(key).to_pylist()]


def test_photos_within_an_archive_are_told_with_the_keys_of_names(tmp_path):
    archive = zipped({"紫阳县瓦庙水泥厂/拆除前/1.jpg": PHOTO, "表.csv": comma_separated(table(row()))})
    assert read(Store(tmp_path), ("材料.zip", archive)) == [
        {
            "submission_id": "000001-1",
            "stage": "before",
            "name_no": 1,
            "enterprise": "紫阳县瓦庙水泥厂",
            "enterprise_key": "瓦庙水泥厂",
            "enterprise_full_key": "紫阳县瓦庙水泥厂",
        }
    ]


def test_a_photo_that_tells_nothing_is_kept_and_a_letter_is_none(tmp_path):
    (line,) = read(Store(tmp_path), ("IMG_1.heic", PHOTO), ("总结.pdf", b"%PDF-1.4 a letter"))
    assert (line["submission_id"], line["stage"], line["enterprise"]) == ("000001", None, None)


def test_a_batch_without_photos_writes_no_file_of_them(tmp_path):
    read(store := Store(tmp_path), ("表.csv", comma_separated(table(row()))))
    assert not store.exists("photos/000001.parquet")
