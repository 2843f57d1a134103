"""From the row versions of the ledger to the frames that figures count over: one for each subject."""
