using Grid.Compute;

namespace Grid.Lab.Models;

static class TapeShapes
{
    /// <summary>[n, ...] -> [n, size of a row], of images with a replica axis too; what is flat already stays.</summary>
    public static Variable Flatten(this Tape tape, Variable a) => a.Shape.Rank switch
    {
        <= 3 => a,
        4 => tape.Reshape(a, [a.Shape.Rows, a.Shape.RowSize]),
        _ => tape.Reshape(a, [a.Shape[0], a.Shape[1], a.Shape.Row.RowSize]),
    };
}
