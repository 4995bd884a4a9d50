"""The report of January: gates, the two hands that sign, the notice, the sealed copy."""
