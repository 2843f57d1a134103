"""What the Enquiries page is made of."""
