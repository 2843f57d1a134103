"""From the ledger's row versions to the frames that figures count over: one for each subject.

Pure; built once for each version of the ledger.
"""
