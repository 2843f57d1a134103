"""Every file of a release is opened again before it leaves: it says what was published, and nothing more."""
