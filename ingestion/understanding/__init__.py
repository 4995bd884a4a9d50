"""Understand one cell's text: amounts, categories, choices, dates, documents, methods, opinions, equipment and enterprises.

Every function is pure and never raises on a string: what cannot be understood comes back as a named problem.
"""

from ingestion.understanding.amounts import Amount, read_amount
from ingestion.understanding.categories import Categories, read_categories
from ingestion.understanding.choices import read_choice, read_whole_number
from ingestion.understanding.dates import read_date, read_days
from ingestion.understanding.documents import read_document
from ingestion.understanding.enterprises import PlaceNames, enterprise_key, name_problem, read_credit_code
from ingestion.understanding.equipment import Item, equipment_count, equipment_key, read_equipment
from ingestion.understanding.methods import read_method
from ingestion.understanding.opinions import read_opinion

__all__ = [
    "Amount",
    "Categories",
    "Item",
    "PlaceNames",
    "enterprise_key",
    "equipment_count",
    "equipment_key",
    "name_problem",
    "read_amount",
    "read_categories",
    "read_choice",
    "read_credit_code",
    "read_date",
    "read_days",
    "read_document",
    "read_equipment",
    "read_method",
    "read_opinion",
    "read_whole_number",
]
