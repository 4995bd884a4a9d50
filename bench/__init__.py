"""How fast and in how much memory a cycle goes through, beside a script that only reads the same workbooks."""
