"""What the accessibility statement says: what was tested, what is not right yet, and how to say so."""
