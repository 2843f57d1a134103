"""What a draft says in numbers, held against what was published: no page, no file, no network."""
