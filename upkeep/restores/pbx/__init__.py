"""An Asterisk of our own, started from the configuration of a backup and shut off from everything.

What is restored comes from outside: it is laid out anew (`laying_out`), runs in a cage (`cage`),
answers on its control socket only (`server`, `answers`) and is judged by the baseline (`judging`).
"""
