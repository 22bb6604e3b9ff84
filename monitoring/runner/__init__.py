"""The probe runner: one asyncio process that asks equipment and writes down what came back.

Only `manage.py runner` imports this package: web and worker processes never carry it.
"""
