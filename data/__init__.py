"""Tables in, tables kept, tables out: the only floor that speaks SQL."""
