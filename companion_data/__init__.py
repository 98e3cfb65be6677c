"""Data for the labs and experiments: generators here, loaders of real sets beside."""
