"""Chapter 1, version spaces: every label is a half-space of weights.

What the labels leave of a ball or a box is the version space. Its centres (Chebyshev
centre, centroid, ellipsoid), random points of it (hit-and-run), its exact shape in the
plane, and the game of cuts that makes it small.
"""

from reference.version_space.centers import (
    Centroid,
    Chebyshev,
    Ellipsoid,
    Perceptron,
    centroid,
    chebyshev_center,
    ellipsoid_step,
    perceptron,
)
from reference.version_space.centers import ball_with_room as ball_with_room
from reference.version_space.game import (
    Game,
    cutting_plane_game,
    ellipsoid_center,
    version_space,
)
from reference.version_space.plain import (
    plain_chebyshev_center,
    plain_clip,
    plain_game,
    plain_hit_and_run,
    plain_polygon_centroid,
)
from reference.version_space.polygon import (
    Polygon,
    clip_polygon,
    polygon_centroid,
    polygon_vertices,
)
from reference.version_space.programs import TIGHT as TIGHT
from reference.version_space.programs import (
    LinearOptimum,
    linear_program,
    recession_ray,
)
from reference.version_space.programs import as_polytope as as_polytope
from reference.version_space.programs import balance as balance
from reference.version_space.programs import need_bounded as need_bounded
from reference.version_space.programs import rows_that_bound as rows_that_bound
from reference.version_space.walk import Walk, hit_and_run

__all__ = [
    "plain_clip",
    "plain_polygon_centroid",
    "plain_game",
    "plain_chebyshev_center",
    "plain_hit_and_run",
    "LinearOptimum",
    "linear_program",
    "recession_ray",
    "Walk",
    "hit_and_run",
    "Chebyshev",
    "Centroid",
    "Ellipsoid",
    "Perceptron",
    "chebyshev_center",
    "centroid",
    "ellipsoid_step",
    "perceptron",
    "Polygon",
    "clip_polygon",
    "polygon_centroid",
    "polygon_vertices",
    "Game",
    "version_space",
    "ellipsoid_center",
    "cutting_plane_game",
]
