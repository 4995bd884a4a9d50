"""The papers of a pack, each from the facts of its cycle."""
