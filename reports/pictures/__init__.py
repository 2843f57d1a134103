"""Charts as vectors for paper: the same traces that the screen shows, drawn without a browser."""
