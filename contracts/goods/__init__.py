"""Lists of installed products and their warranty: read from CSV or XLSX, compared, written. Pure.

From a file to a plan: `reader` gives rows whose values are clean or refused with what to do;
`planning` says of each row what it would change.
"""
