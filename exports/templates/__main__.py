"""``python -m exports.templates``: ``report.docx`` and ``announcement.xlsx`` are made anew beside this file."""

from exports.templates import ANNOUNCEMENT, FOLDER, REPORT
from exports.templates.announcement import make_announcement
from exports.templates.report import make_report

(FOLDER / REPORT).write_bytes(make_report())
(FOLDER / ANNOUNCEMENT).write_bytes(make_announcement())
