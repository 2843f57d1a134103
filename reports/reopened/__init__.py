"""Every file is opened again before it leaves, and compared with what was asked to leave."""
