"""The played round: invented people walk a whole round through the real pages, never past them."""
