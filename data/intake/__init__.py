"""From a file or a table elsewhere to checked rows: read, map, check, load."""
