"""What the Check page is made of: the draft asked for, what it is held against, and its marks."""
