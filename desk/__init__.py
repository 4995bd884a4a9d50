"""DECIDE: the doors people use – the command line ``huizong``, the demo, Airflow's server on one machine."""
