"""Every file is opened again and compared with what was asked for: `NotAsAsked` where it holds anything else.

What it must hold is written here a second time, apart from what writes it, so that nothing can hide in a
part, a property, a style or a link that nobody thought of.
"""
