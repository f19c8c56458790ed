"""กฎของแผ่นแผนที่: the arithmetic of tiles and cells, and when a tile shows rows or counts. Plain values only."""

from dataclasses import dataclass

HALF_WORLD_M = 20037508.342789244
"""Half the side of the EPSG:3857 square, in its metres."""

HIGHEST_ZOOM = 22
FINEST_CELL_ZOOM = 18
"""Counts are kept for cells of zoom 0 to 18 (about 150 m across); finer ones would be as many as the houses."""

CELLS_DEEP = 6
"""A tile is cut into cells this many zooms deeper: 64 × 64, unless FINEST_CELL_ZOOM comes first."""

ROWS_LIMIT = 4_000
"""A tile with more rows shows counts: one row costs about 2 µs, and 10 ms is what a tile may take."""

SELDOM_COUNTS_ZOOM = 15
"""From here on a tile is a quarter of a town: it seldom holds more rows than may be shown, so they need no count
before they are drawn."""

ALWAYS_ROWS_ZOOM = 16
"""From here on a tile is a few streets: rows are shown however many stand in one place."""

EXTENT = 4096


@dataclass(frozen=True, slots=True)
class Tile:
    """แผ่นแผนที่: one square of the slippy map; y counts from the north."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Tell whether there is such a tile."""
        return 0 <= self.z <= HIGHEST_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z

    @property
    def has_stored_count(self) -> bool:
        """Tell whether the tile is itself a cell whose count is kept."""
        return self.z <= FINEST_CELL_ZOOM

    @property
    def always_rows(self) -> bool:
        """Tell whether the tile is so small that it never shows counts."""
        return self.z >= ALWAYS_ROWS_ZOOM

    @property
    def seldom_counts(self) -> bool:
        """Tell whether the tile is so small that it is best drawn before its rows are counted."""
        return SELDOM_COUNTS_ZOOM <= self.z < ALWAYS_ROWS_ZOOM

    def cell_zoom(self, *, finest: int = FINEST_CELL_ZOOM) -> int:
        """Return the zoom of the cells that this tile is cut into."""
        return max(self.z, min(self.z + CELLS_DEEP, finest))


def cells_of(tile: Tile, zoom: int) -> tuple[int, int, int, int]:
    """Return (first x, last x, first y, last y) of the cells of `zoom` inside the tile; both ends included."""
    deeper = zoom - tile.z
    first_x, first_y = tile.x << deeper, tile.y << deeper
    return first_x, first_x + (1 << deeper) - 1, first_y, first_y + (1 << deeper) - 1


def cell_at(x_m: float, y_m: float, zoom: int = FINEST_CELL_ZOOM) -> tuple[int, int]:
    """Return the cell of `zoom` that holds a point given in EPSG:3857 metres."""
    cells = 1 << zoom
    side = 2 * HALF_WORLD_M / cells
    return (
        min(cells - 1, max(0, int((x_m + HALF_WORLD_M) / side))),
        min(cells - 1, max(0, int((HALF_WORLD_M - y_m) / side))),
    )
