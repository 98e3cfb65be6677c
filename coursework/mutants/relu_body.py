"""The block body has no public function: its tests read the class directly."""

MUTANTS = ()
