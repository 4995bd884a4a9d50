"""The steward's desk: pages inside Airflow's own web server."""
