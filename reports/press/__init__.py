"""Files of a release: no line of this package can reach a figure that was not published."""
