"""What the desk shows of a cycle, read from the warehouse and the store; nothing here writes."""
