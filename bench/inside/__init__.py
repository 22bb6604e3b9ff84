"""What runs inside the product: started by `ground.Ground.inside`, with its environment."""

import django

django.setup()
