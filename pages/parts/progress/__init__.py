"""What only the progress page draws, and the forecast that other pages tell too."""
