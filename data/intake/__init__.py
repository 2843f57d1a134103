"""The way in: files and other databases become checked rows, one load at a time."""
