"""Side by side with the packages a reader would otherwise use."""
