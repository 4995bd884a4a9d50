"""A received .xlsx or .xlsm edited in place: what is not edited stays byte for byte as the reporter's program wrote it.

Libraries that load a workbook and save it again drop what they do not know (pictures, charts, form controls, rich text,
slicers); here the parts of the package (ECMA-376) are copied and only those that carry a mark are touched.
"""
