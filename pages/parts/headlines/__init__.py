"""What the Headlines page is made of: what stands, what changed and why, and what was said when."""
