"""What people decide: the acts, who may make them, the log they are written to, and what follows from one."""
