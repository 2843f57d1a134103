"""What leaves the building: bytes out, marked, and opened again before anyone is given them."""
