"""The templates huizong itself fills: the report by GB/T 9704-2012 and the announcement to start one's own from.

``python -m exports.templates`` makes both anew (``exports.templates.making``); what is committed is what it makes.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
REPORT = "report.docx"
ANNOUNCEMENT = "announcement.xlsx"
