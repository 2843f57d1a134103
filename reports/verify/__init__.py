"""Every file is opened again before it leaves, and compared with what was asked to leave.

What it must hold is written down here a second time, apart from what writes it, and to the letter where that
can be: so nothing can hide in a part, a property, a style or a link that nobody thought of. Each check raises
`NotAsAsked` where a file differs, or holds anything more.
"""
