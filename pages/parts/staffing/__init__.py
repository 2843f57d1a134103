"""What only the staffing page draws."""
