"""Above all stages: where a round stands."""
