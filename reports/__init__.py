"""Files for people outside: marked, and read again before anyone is given them."""
