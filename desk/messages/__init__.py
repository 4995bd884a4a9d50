"""What people are told without having asked: decisions about their tables, what is due, what is overdue."""
