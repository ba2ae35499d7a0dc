"""Privacy: what is known of a person, her copy of it, how long it stays, and how it goes. Reads every stage."""
