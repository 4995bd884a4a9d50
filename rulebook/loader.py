"""Loads a rulebook folder as a whole; whatever is wrong in it is told at once, with file and line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter

from rulebook.model import EXIT_TABLE, Field, Form, IssuedColumn, Regime, Rule, Rulebook, Texts
from rulebook.problem import RulebookError
from rulebook.reference import Reference
from rulebook.reference_files import read_reference
from rulebook.regime_builder import RegimeBuilder, report_unknown_field, report_unknown_industry
from rulebook.written import WrittenForm, WrittenRegime, WrittenRules
from rulebook.yaml_document import Place, YamlDocument

_OWN_FOLDER = Path(__file__).parent
_SUFFIXES = (".yml", ".csv", ".txt")

PLACEHOLDERS = frozenset(
    (
        *(
            "file",
            "form",
            "sheet",
            "cell",
            "row",
            "first_row",
            "first_name",
            "where_none",
            "heading",
            "field",
            "field_en",
            "value",
            "strange",
        ),
        *(
            "reporter",
            "regime",
            "year",
            "round",
            "rounds",
            "cycle",
            "due",
            "industry",
            "category",
            "allowed",
            "nearest",
        ),
        *("declared", "named_by_card", "named_by_option", "rows_of", "folder", "receipt", "other_sheets", "read"),
        *("place", "office", "example", "responsible", "equipment", "count", "digits_meant", "nearest_unit"),
        *(
            "printed",
            "computed",
            "difference",
            "unit",
            "limit",
            "measured",
            "size",
            "document",
            "typical",
            "amount",
            "list",
        ),
        *("same_fields", "earlier", "missing", "missing_count", "former_file", "other_blanks", "merged_rows"),
        *("other_name", "name", "capacity"),
    )
)
"""What a rule's texts may name in braces."""

EVIDENCE_PLACEHOLDERS = frozenset(
    ("lacking", "code", "parts", "parts_en", "photos_before", "photos_during", "photos_after")
) | frozenset(
    f"other_{name}"
    for name in (
        "submission",
        "reporter",
        "file",
        "year",
        "sheet",
        "row",
        "place",
        "industry",
        "enterprise",
        "code",
        "equipment",
        "capacity",
        "amount",
        "standard",
        "order",
        "ordered_on",
        "basis",
    )
)
"""What the evidence of a rule across submissions may name in braces."""

ISSUED_PLACEHOLDERS = frozenset(("year", "units", "categories"))
"""What the prompt of an issued column may name in braces."""

EXAMPLE_PLACEHOLDERS = frozenset(("place", "year", "capacity_unit"))
"""What the example of a field may name in braces."""


def load(path: str | Path | None = None) -> Rulebook:
    """Return the rulebook of a folder (None: the one that is shipped); loaded once, then remembered.

    Raises RulebookError, which lists every mistake with file and line.
    """
    return _load(Path(path).resolve() if path else _OWN_FOLDER)


@lru_cache(maxsize=8)
def _load(folder: Path) -> Rulebook:
    reference = read_reference(folder / "reference")
    form_documents = _documents(folder / "forms")
    rules_document = YamlDocument(folder / "rules.yml")
    regime_documents = _documents(folder / "regimes")

    forms = _keyed(_read_form(document, reference) for document in form_documents)
    rules = {rule.code: rule for rule in _read_rules(rules_document)}
    for document in form_documents:
        _check_rules_of_form(document, forms.get(document.path.stem), rules)
    regimes = _read_regimes(regime_documents, folder, reference, forms)

    problems = [
        problem for document in (*form_documents, rules_document, *regime_documents) for problem in document.problems
    ]
    if problems:
        raise RulebookError(problems)
    return Rulebook(regimes=regimes, forms=forms, rules=rules, reference=reference, digest=digest_of(files_of(folder)))


def _documents(folder: Path) -> list[YamlDocument]:
    return [YamlDocument(path) for path in sorted(folder.glob("*.yml"))]


def _keyed(items: Iterable[Form | None]) -> dict[str, Form]:
    return {item.key: item for item in items if item}


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and bytes of all rulebook files, in the order given: a rulebook's is that of ``files_of``."""
    total = hashlib.sha256()
    for name, content in files.items():
        total.update(f"{name}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest()


def files_of(folder: Path | None = None) -> dict[str, bytes]:
    """The files its digest is made of, by their path in the folder (None: of the rulebook that is shipped), sorted.

    Put in a folder they are a rulebook that can be loaded.
    """
    folder = folder or _OWN_FOLDER
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in _SUFFIXES}
    return {name: path.read_bytes() for name, path in sorted(names.items())}


def _check_key(document: YamlDocument, key: str) -> None:
    if key != document.path.stem:
        document.report(
            ("key",),
            f"key “{key}”与文件名“{document.path.stem}”不一致",
            f"the key '{key}' differs from the file's name '{document.path.stem}'",
        )


# Forms


def _read_form(document: YamlDocument, reference: Reference) -> Form | None:
    written = document.shaped(WrittenForm)
    if written is None:
        return None
    _check_key(document, written.key)
    fields = {field.name: field for field in written.fields}
    for names in ("required", "telling", "same_row", "days_past"):
        for position, name in enumerate(getattr(written, names)):
            if name not in fields:
                report_unknown_field(document, (names, position), name, fields)
    for position, pair in enumerate(written.days_in_order):
        for name in pair:
            if name not in fields:
                report_unknown_field(document, ("days_in_order", position), name, fields)
    for position, (name, days) in enumerate(written.dated_by):
        for one in (name, *days):
            if one not in fields:
                report_unknown_field(document, ("dated_by", position), one, fields)
    for position, column in enumerate(written.issued):
        _check_issued(document, position, column, fields)
    seen: dict[str, str] = {}
    for position, field in enumerate(written.fields):
        for place, heading in enumerate(field.headings):
            holder = seen.setdefault(heading, field.name)
            if holder != field.name:
                document.report(
                    ("fields", position, "headings", place),
                    f"表头“{heading}”已经属于字段 {holder}",
                    f"the heading '{heading}' already belongs to the field {holder}",
                )
        _check_names(document, ("fields", position, "example"), field.example or "", EXAMPLE_PLACEHOLDERS)
        for heading, implied in field.implies.items():
            _check_implied(document, ("fields", position, "implies", heading), field, implied, fields, reference)
    return Form(**{**dict(written), "fields": fields})


def _check_issued(document: YamlDocument, position: int, column: IssuedColumn, fields: dict[str, Field]) -> None:
    """Note where an issued column is of no field, or goes by a heading that would not be understood as its field."""
    field = fields.get(column.field)
    if field is None:
        report_unknown_field(document, ("issued", position, "field"), column.field, fields)
    elif column.heading not in (*field.headings, field.label_zh):
        document.report(
            ("issued", position, "heading"),
            f"“{column.heading}”不是字段 {field.name} 的表头",
            f"'{column.heading}' is no heading of the field {field.name}",
        )
    _check_names(document, ("issued", position, "prompt"), column.prompt, ISSUED_PLACEHOLDERS)


def _check_implied(
    document: YamlDocument,
    place: Place,
    field: Field,
    implied: dict[str, str],
    fields: dict[str, Field],
    reference: Reference,
) -> None:
    """Note where a heading that implies a value is none of the field's, or the value is of no field or industry."""
    heading = place[-1]
    if heading not in field.headings:
        document.report(place, f"“{heading}”不是这个字段的表头", f"'{heading}' is no heading of this field")
    for name, value in implied.items():
        if name not in fields:
            report_unknown_field(document, (*place, name), name, fields)
        if name == "industry" and reference.industry(value) is None:
            report_unknown_industry(document, (*place, name), value, reference)


def _check_rules_of_form(document: YamlDocument, form: Form | None, rules: dict[str, Rule]) -> None:
    """Note every rule of a form that there is none of, or that is not about cells or rows."""
    for position, code in enumerate(form.rules if form and rules else ()):
        if code not in rules or rules[code].scope not in ("cell", "row"):
            document.report(
                ("rules", position),
                f"没有审核单元格或数据行的规则“{code}”",
                f"there is no rule '{code}' about cells or rows",
            )


# Rules


def _read_rules(document: YamlDocument) -> tuple[Rule, ...]:
    written = document.shaped(WrittenRules)
    if written is None:
        return ()
    seen = set()
    for position, rule in enumerate(written.rules):
        if rule.code in seen:
            document.report(
                ("rules", position, "code"), f"规则 {rule.code} 写了两次", f"the rule {rule.code} is written twice"
            )
        seen.add(rule.code)
        _check_placeholders(document, ("rules", position), rule)
        for evidence in ("evidence_zh", "evidence_en"):
            _check_names(document, ("rules", position, evidence), getattr(rule, evidence) or "", EVIDENCE_PLACEHOLDERS)
        for variant, texts in rule.variants.items():
            _check_placeholders(document, ("rules", position, "variants", variant), texts)
    return written.rules


def _check_placeholders(document: YamlDocument, place: Place, texts: Texts) -> None:
    """Note every name in braces that stands for nothing."""
    for text in Texts.model_fields:
        _check_names(document, (*place, text), getattr(texts, text), PLACEHOLDERS)


def _check_names(document: YamlDocument, place: Place, text: str, known: frozenset[str]) -> None:
    for _, name, _, _ in Formatter().parse(text):
        if name is not None and name not in known:
            document.report(place, f"没有占位符 {{{name}}}", f"there is no placeholder {{{name}}}")


# Regimes


def _read_regimes(
    documents: list[YamlDocument], folder: Path, reference: Reference, forms: dict[str, Form]
) -> dict[str, Regime]:
    written = {document.path.stem: document.shaped(WrittenRegime) for document in documents}
    regimes = {}
    for document in documents:
        regime = written[document.path.stem]
        if regime is None or EXIT_TABLE not in forms:
            continue
        _check_key(document, regime.key)
        if regime.parent is not None and regime.parent not in written:
            document.report(("parent",), f"没有方案“{regime.parent}”", f"there is no regime '{regime.parent}'")
        plan = folder / "plans" / f"{regime.key}.txt"
        built = RegimeBuilder(document, regime, reference, forms, plan).build()
        if built:
            regimes[built.key] = built
    return regimes
