"""What proves an exit: the acceptance record of its enterprise, and the photos of its dismantling, each with its original."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rulebook import PHOTO_STAGES

if TYPE_CHECKING:
    from desk.views.warehouse import Warehouse
    from rulebook import Regime

_RECORDS = """
select
    record.acceptance_id, record.submission_id, record.reporter_code, submission.file, submission.sha256, record.sheet,
    record.row, record.enterprise_cell as cell, record.is_accepted_by_county, record.is_accepted_by_city,
    record.county_opinion, record.city_opinion, record.county_inspectors, record.city_inspectors, record.accepted_on,
    record.method, record.shut_on, record.dismantled_on, record.is_dismantled,
    record.photos_before_printed, record.photos_during_printed, record.photos_after_printed, record.pledge
from marts.fct_acceptance as record
inner join marts.fct_submission as submission on record.submission_id = submission.submission_id
where record.acceptance_id in (select unnest($records))
"""

_PHOTOS = """
select enterprise_id, submission_id, reporter_code, file, sha256, stage, is_counted, is_shared
from marts.fct_photo
where regime = $regime and status = 'counting' and stage is not null and enterprise_id in (select unnest($enterprises))
order by submission_id
"""

_EXITS_OF_REPORTER = """
select
    exits.exit_id, enterprise.enterprise, exits.enterprise_id, exits.method, exits.shut_on, exits.shut_told_by,
    exits.dismantled_on, exits.is_dismantled, exits.dismantled_told_by, exits.acceptance_id, exits.contradicted
from marts.fct_exit as exits
left join marts.dim_enterprise as enterprise on exits.enterprise_id = enterprise.enterprise_id
where
    exits.regime = $regime and exits.round = $round
    and exits.exit_id in (
        select link.exit_id
        from marts.fct_exit_claim as link
        inner join marts.fct_claim as claim on link.row_id = claim.row_id
        where claim.reporter_code = $reporter
    )
order by enterprise.enterprise, exits.exit_id
limit $most
"""

_UNTOLD_PHOTOS = """
select submission_id, reporter_code, file, stage, enterprise, enterprise_id
from marts.fct_photo
where
    regime = $regime and round = $round and reporter_code = $reporter and status = 'counting'
    and (stage is null or enterprise_id is null)
order by submission_id
limit $most
"""

_UNCOUNTED_PHOTOS = """
select submission_id from marts.fct_photo
where regime = $regime and round = $round and reporter_code = $reporter and status = 'counting' and not is_counted
"""

CONTRADICTED = {
    "shut_on": ("关停时间", "the day of shutting"),
    "dismantled_on": ("拆除时间", "the day of dismantling"),
    "is_dismantled": ("是否拆除", "whether it is dismantled"),
}
"""What a record may say otherwise than the table (``fct_exit.contradicted``)."""

_LACKS_RECORD = ("验收意见表", "the acceptance record")
_LACKS_COUNTY = ("县级同意的意见", "the county's agreement")
_LACKS_CITY = ("市级同意的意见", "the city's agreement")
_STAGES_EN = {"before": "photos before", "during": "photos during", "after": "photos after"}


def prove(warehouse: Warehouse, regime: Regime, exits: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The exits, each with its ``record`` (None: there is none), its ``photos`` by stage, and what it ``lacks``.

    What it lacks is told in two languages, of a plan that asks for acceptance; of any other nothing lacks. Photos that are
    not counted, because the same bytes are already, are among them and say so.
    """
    exits = list(exits)
    records = {
        line["acceptance_id"]: line | {"original": f"originals/{line['sha256']}"}
        for line in warehouse.query(_RECORDS, {"records": _values(exits, "acceptance_id")})
    }
    photos: dict[str, dict[str, list[Any]]] = defaultdict(lambda: {stage: [] for stage in PHOTO_STAGES})
    asked = {"regime": regime.key, "enterprises": _values(exits, "enterprise_id")}
    for line in warehouse.query(_PHOTOS, asked):
        enterprise_id, stage = line.pop("enterprise_id"), line.pop("stage")
        photos[enterprise_id][stage].append(line | {"original": f"originals/{line['sha256']}"})
    return [
        one
        | {
            "record": (record := records.get(one["acceptance_id"])),
            "photos": (of_stage := photos[one["enterprise_id"]]),
            "lacks": _lacks(regime, record, of_stage),
        }
        for one in exits
    ]


def exits_of_reporter(
    warehouse: Warehouse, regime: Regime, round_key: str, reporter_code: str, most: int
) -> list[dict[str, Any]]:
    """The exits that rows of a reporter speak of, at ``most`` that many, with what proves them."""
    asked = {"regime": regime.key, "round": round_key, "reporter": reporter_code, "most": most}
    return prove(warehouse, regime, warehouse.query(_EXITS_OF_REPORTER, asked))


def untold_photos(
    warehouse: Warehouse, regime: Regime, round_key: str, reporter_code: str, most: int
) -> list[dict[str, Any]]:
    """The photos of a reporter of which the path does not tell the stage, or no enterprise of an exit or of the plan."""
    asked = {"regime": regime.key, "round": round_key, "reporter": reporter_code, "most": most}
    return warehouse.query(_UNTOLD_PHOTOS, asked)


def uncounted_photos(warehouse: Warehouse, regime: Regime, round_key: str, reporter_code: str) -> frozenset[str]:
    """The photos of a reporter that prove nothing: they cannot be told, or their picture counts once already."""
    asked = {"regime": regime.key, "round": round_key, "reporter": reporter_code}
    lines = warehouse.query(_UNCOUNTED_PHOTOS, asked) if warehouse.exists else []
    return frozenset(line["submission_id"] for line in lines)


def _values(exits: Iterable[dict[str, Any]], name: str) -> list[str]:
    return sorted({one[name] for one in exits if one[name]})


def _lacks(
    regime: Regime, record: dict[str, Any] | None, photos: dict[str, list[dict[str, Any]]]
) -> list[tuple[str, str]]:
    if regime.acceptance is None:
        return []
    lacks = []
    if record is None:
        lacks.append(_LACKS_RECORD)
    else:
        lacks += [] if record["is_accepted_by_county"] else [_LACKS_COUNTY]
        lacks += [] if record["is_accepted_by_city"] else [_LACKS_CITY]
    for stage in regime.acceptance.photo_stages:
        if not any(photo["is_counted"] for photo in photos[stage]):
            lacks.append((f"{PHOTO_STAGES[stage]}照片", _STAGES_EN[stage]))
    return lacks
