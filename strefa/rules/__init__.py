"""The rules of the contest: plain Python that imports neither the web nor the database."""
