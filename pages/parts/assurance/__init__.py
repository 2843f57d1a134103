"""What the Assurance page is made of."""
