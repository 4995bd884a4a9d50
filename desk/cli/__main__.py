"""``python -m desk.cli`` is ``huizong``."""

from desk.cli import main

if __name__ == "__main__":
    main()
