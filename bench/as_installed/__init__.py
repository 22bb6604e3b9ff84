"""First on the path of the processes that are measured: hides what only developers install.

Django REST framework loads these two wherever it finds them, which takes 6 MB.
"""
