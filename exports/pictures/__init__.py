"""The pictures of a cycle: one source of figures, charts in workbook and document."""
