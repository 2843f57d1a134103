"""What a release is: its content, the steps it goes through, and what the database refuses of them."""
