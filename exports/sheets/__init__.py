"""How sheets are written: printed tables and long lists, links, marks on every page, nothing taken for a formula."""
