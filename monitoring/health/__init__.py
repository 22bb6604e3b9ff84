"""The monthly health check: what is looked at, how it is judged, what is advised. Pure.

Clause HEALTH. `items` lists what is looked at, `measures` the numbers and their thresholds.
"""
