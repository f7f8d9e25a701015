using Grid.Compute;

namespace Grid.Lab.Models;

static class TapeShapes
{
    /// <summary>Makes each image a row of numbers: [n, ...] -> [n, size of a row], and so with a leading replica axis. What is flat already
    /// stays.</summary>
    public static Variable Flatten(this Tape tape, Variable a) => a.Shape.Rank switch
    {
        <= 3 => a,
        4 => tape.Reshape(a, [a.Shape.Rows, a.Shape.RowSize]),
        _ => tape.Reshape(a, [a.Shape[0], a.Shape[1], a.Shape.Row.RowSize]),
    };
}
