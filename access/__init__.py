"""Who is asking, what they may see, and the record that they saw it."""
