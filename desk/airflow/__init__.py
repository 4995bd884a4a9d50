"""Airflow on this machine: its settings, its server, the DAGs run in one process, the desk as its plugin."""
