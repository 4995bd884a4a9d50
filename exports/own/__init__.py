"""Templates of a province's own, of documents and workbooks: what they may ask for, checked and filled."""
