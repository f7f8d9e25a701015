using Grid.Compute;

namespace Grid.Lab.Models;

static class TapeShapes
{
    /// <summary>[n, ...] -> [n, size of a row].</summary>
    public static Variable Flatten(this Tape tape, Variable a) => a.Shape.Rank == 2 ? a : tape.Reshape(a, [a.Shape.Rows, a.Shape.RowSize]);
}
