"""The way in has no public function: its tests read the module directly."""

MUTANTS = ()
