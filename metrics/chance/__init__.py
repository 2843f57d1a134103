"""What chance alone explains of a figure's differences, and what it does not."""
