"""What several pages draw, and the long parts of one."""
