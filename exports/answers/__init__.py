"""What a reporter gets: the workbook to fill in, the receipt, the annotated copy."""
