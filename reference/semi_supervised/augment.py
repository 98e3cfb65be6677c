r"""Small images seen anew: shifted, turned, and with a patch erased.

A shift moves pixels, :math:`X'[r, s] = X[r - a, s - b]`. A turn by the angle φ asks
each pixel where it came from, relative to the centre of the image,

.. math::

    \begin{pmatrix} r' \\ s' \end{pmatrix}
    = \begin{pmatrix} \cos\varphi & \sin\varphi \\
                     -\sin\varphi & \cos\varphi \end{pmatrix}
      \begin{pmatrix} r \\ s \end{pmatrix} ,

and takes the mean of the four pixels around (r', s'), each with the area of the
opposite corner. Images are rows, as everywhere; all of them are moved in one gather.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array, as_integer, as_matrix, as_real, as_rng

__all__ = ["ImageViews", "erase_patches", "rotate_images", "shift_images"]

FRAME = 3  # one row of fill above, two below, and the same to the sides


def as_shape(shape: Sequence[int]) -> tuple[int, int]:
    """Return the height and the width of images, both at least 1."""
    try:
        height, width = (as_integer(side, "shape", low=1) for side in shape)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"shape must be (height, width), two integers >= 1, got {shape!r}"
        ) from error
    return height, width


def as_images(X: ArrayLike, shape: Sequence[int]) -> np.ndarray:
    """Return the rows of X as images (n, h, w)."""
    height, width = as_shape(shape)
    return as_matrix(X, columns=height * width).reshape(-1, height, width)


def shift_images(
    X: ArrayLike, shifts: ArrayLike, *, shape: Sequence[int], fill: float = 0.0
) -> np.ndarray:
    r"""Return images moved by whole pixels.

    .. math::

        X'_i[r, s] = X_i[r - a_i, s - b_i], \quad \text{or the fill where that is
        outside}

    Parameters
    ----------
    X : array_like, shape (n, h·w)
        One image a row.
    shifts : array_like of int, shape (n, 2)
        (a, b): pixels down and pixels to the right.
    shape : (int, int)
        (h, w).
    fill : float
        The value of what comes in at the border: that of the background.

    Returns
    -------
    ndarray, shape (n, h·w)

    Raises
    ------
    ValueError
        If shapes do not fit or a shift is not a whole number.

    Notes
    -----
    Implements (eq:ssl-shift). One gather from the padded images.

    Examples
    --------
    >>> from reference.semi_supervised import shift_images
    >>> shift_images([[1.0, 2, 3, 4]], [[0, 1]], shape=(2, 2))
    array([[0., 1., 0., 3.]])
    """
    images, fill = as_images(X, shape), as_real(fill, "fill")
    moves = as_array(shifts, "shifts", (len(images), 2))
    if (moves != np.floor(moves)).any():
        raise ValueError("shifts must be whole pixels; rotate_images interpolates")
    n, h, w = images.shape
    r = np.arange(h)[:, None] - moves[:, 0, None, None]
    s = np.arange(w) - moves[:, 1, None, None]
    pixels, start, _, _ = pixels_at(images, r, s, fill)
    return pixels[start].reshape(n, h * w)


def rotate_images(
    X: ArrayLike, angles: ArrayLike, *, shape: Sequence[int], fill: float = 0.0
) -> np.ndarray:
    r"""Return images turned about their centre, by bilinear interpolation.

    .. math::

        X'_i[r, s] = \sum_{\text{four corners}} (1 - |\Delta r|)(1 - |\Delta s|)\,
        X_i[\text{corner}]

    Parameters
    ----------
    X : array_like, shape (n, h·w)
        One image a row.
    angles : array_like, shape (n,)
        In radians, against the clock (rows count downwards).
    shape : (int, int)
        (h, w).
    fill : float
        The value outside the image.

    Returns
    -------
    ndarray, shape (n, h·w)

    Raises
    ------
    ValueError
        If shapes do not fit.

    Notes
    -----
    Implements (eq:ssl-rotate). Linear in the image; four gathers, where
    `scipy.ndimage.rotate` turns one image at a time.

    Examples
    --------
    A quarter turn takes the right column to the top row.

    >>> import numpy as np
    >>> from reference.semi_supervised import rotate_images
    >>> rotate_images([[1.0, 2, 3, 4]], [np.pi / 2], shape=(2, 2)).round(12)
    array([[2., 4., 1., 3.]])
    """
    images, fill = as_images(X, shape), as_real(fill, "fill")
    n, h, w = images.shape
    angles = as_array(angles, "angles", (n,))[:, None, None]
    down = np.arange(h)[:, None] - (h - 1) / 2
    right = np.arange(w) - (w - 1) / 2
    cos, sin = np.cos(angles), np.sin(angles)
    r = cos * down + sin * right + (h - 1) / 2  # (eq:ssl-rotate)
    s = cos * right - sin * down + (w - 1) / 2
    pixels, start, low, right_of = pixels_at(images, r, s, fill)
    below = start + w + FRAME
    upper = (1.0 - right_of) * pixels[start] + right_of * pixels[start + 1]
    lower = (1.0 - right_of) * pixels[below] + right_of * pixels[below + 1]
    return ((1.0 - low) * upper + low * lower).reshape(n, h * w)


def pixels_at(
    images: np.ndarray, r: np.ndarray, s: np.ndarray, fill: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return framed images end to end, and where in them the points (r, s) are.

    The place of the pixel above and to the left, and how far the point is below it and
    to the right of it; whatever is outside the image falls into the frame.
    """
    n, h, w = images.shape
    frame = np.full((n, h + FRAME, w + FRAME), fill)
    frame[:, 1 : h + 1, 1 : w + 1] = images
    r, s = np.clip(r, -1, h) + 1, np.clip(s, -1, w) + 1
    top, left = r.astype(np.intp), s.astype(np.intp)
    image = np.arange(n)[:, None, None]
    start = (image * (h + FRAME) + top) * (w + FRAME) + left
    return frame.ravel(), start, r - top, s - left


def erase_patches(
    X: ArrayLike, corners: ArrayLike, size: int, *, shape: Sequence[int],
    fill: float = 0.0,
) -> np.ndarray:  # fmt: skip
    r"""Return images with a square painted over.

    .. math::

        X'_i[r, s] = \text{fill} \quad\text{where}\quad a_i \le r < a_i + m, \;
        b_i \le s < b_i + m

    Parameters
    ----------
    X : array_like, shape (n, h·w)
        One image a row.
    corners : array_like, shape (n, 2)
        (a, b): the top left pixel of each square; parts outside are nothing.
    size : int
        m >= 0.
    shape : (int, int)
        (h, w).
    fill : float

    Returns
    -------
    ndarray, shape (n, h·w)

    Raises
    ------
    ValueError
        If shapes do not fit or the size is negative.

    Notes
    -----
    Implements (eq:ssl-erase), known as cutout.

    Examples
    --------
    >>> from reference.semi_supervised import erase_patches
    >>> erase_patches([[1.0, 2, 3, 4]], [[0, 1]], 1, shape=(2, 2))
    array([[1., 0., 3., 4.]])
    """
    images, fill = as_images(X, shape), as_real(fill, "fill")
    n, h, w = images.shape
    corners = as_array(corners, "corners", (n, 2))
    size = as_integer(size, "size", low=0)
    down = np.arange(h) - corners[:, 0, None]
    right = np.arange(w) - corners[:, 1, None]
    inside_rows = (down >= 0) & (down < size)
    inside_columns = (right >= 0) & (right < size)
    inside = inside_rows[:, :, None] & inside_columns[:, None, :]
    return np.where(inside, fill, images).reshape(n, h * w)


@dataclass(frozen=True)
class ImageViews:
    r"""Weak and strong random views of small images, for `fixmatch`.

    Parameters
    ----------
    shape : (int, int)
        (h, w).
    fill : float
        The value of the background.
    shift : int
        Both views move by up to so many pixels each way.
    angle : float
        The strong view also turns by up to so many degrees either way,
    patch : int, optional
        and loses a square of this side, by default a quarter of the shorter side.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.semi_supervised import ImageViews
    >>> views = ImageViews((8, 8))
    >>> X = np.ones((3, 64))
    >>> rng = np.random.default_rng(0)
    >>> views.weak(X, rng).shape, (views.strong(X, rng) == 0).any(axis=1)
    ((3, 64), array([ True,  True,  True]))
    """

    shape: tuple[int, int]
    fill: float = 0.0
    shift: int = 1
    angle: float = 15.0
    patch: int | None = None

    def __post_init__(self) -> None:
        """Refuse bad settings by name."""
        as_shape(self.shape)
        as_real(self.fill, "fill")
        as_integer(self.shift, "shift", low=0)
        as_real(self.angle, "angle", low=0.0, high=180.0)
        if self.patch is not None:
            as_integer(self.patch, "patch", low=0)

    @property
    def side(self) -> int:
        """The side of the patch."""
        return min(self.shape) // 4 if self.patch is None else self.patch

    def weak(self, X: ArrayLike, rng: np.random.Generator) -> np.ndarray:
        """Return each image (n, h·w) moved by a pixel or so."""
        n = len(as_images(X, self.shape))
        moves = as_rng(rng).integers(-self.shift, self.shift + 1, (n, 2))
        return shift_images(X, moves, shape=self.shape, fill=self.fill)

    def strong(self, X: ArrayLike, rng: np.random.Generator) -> np.ndarray:
        """Return each image (n, h·w) moved, turned, and with a patch erased."""
        X = self.weak(X, rng)
        turn = np.deg2rad(self.angle) * rng.uniform(-1.0, 1.0, len(X))
        X = rotate_images(X, turn, shape=self.shape, fill=self.fill)
        over = self.side // 2  # a patch may hang over an edge
        corners = rng.integers(-over, np.array(self.shape) - over, (len(X), 2))
        return erase_patches(X, corners, self.side, shape=self.shape, fill=self.fill)
