"""How good the check was found to be, on sentences that it was not built on.

The sentences are in the tests (tests/metrics/statement/labelled.toml) and were written before the check.
A test measures again and compares, so that no change of the check leaves these as they are.
"""

SENTENCES, WRONG = 110, 55
CAUGHT, WOLVES = 54, 2
"""Of the wrong sentences those in which something was found, and of the right ones those as well."""
NUMBERS, RIGHT = 146, 139
"""Numbers that were labelled, and those that were given the mark which they deserve."""
