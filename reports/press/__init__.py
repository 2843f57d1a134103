"""Files of a release, for the press and the public: made from what was published and from nothing else.

Apart from the other reports, which are made from figures as they are now and bear the marking of the
force: no line of this package can reach a figure that the public was not told.
"""
