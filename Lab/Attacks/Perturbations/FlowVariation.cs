using Grid.Compute;

namespace Grid.Lab.Attacks.Perturbations;

/// <summary>
/// Total variation of displacement fields [n, 2, h, w]: over every pair of neighbouring pixels, the length of the difference of their
/// displacements. That is half of Xiao et al. 2018, equation 4, which meets each pair from both of its ends.
/// </summary>
sealed class FlowVariation
{
    readonly int _n;
    readonly float _tiny;
    readonly Variable _sum;
    readonly Variable[] _neighbours;

    /// <summary>The variation of so many fields of one size.</summary>
    /// <param name="device">The device that holds the fields.</param>
    /// <param name="n">The number of fields.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="tiny">What is added under the root, so that it has a derivative at 0.</param>
    public FlowVariation(Device device, int n, int height, int width, float tiny)
    {
        (_n, _tiny) = (n, tiny);
        _sum = Tape.Constant(device.Full([1, 2, 1, 1], 1));
        _neighbours = [Neighbour(1, 0), Neighbour(0, 1)];

        // At the border a pixel is its own neighbour, which adds nothing.
        Variable Neighbour(int down, int across)
        {
            var places = new float[2 * height * width];
            for (var i = 0; i < height * width; i++)
            {
                places[i] = Math.Min(i / width + down, height - 1);
                places[height * width + i] = Math.Min(i % width + across, width - 1);
            }

            return Tape.Constant(PixelGrid.Repeat(device.Upload(places, [1, 2, height, width]), n));
        }
    }

    /// <summary>The total variation of each field, [n].</summary>
    public Variable Of(Tape tape, Variable flow) => tape.Add(Along(tape, flow, _neighbours[0]), Along(tape, flow, _neighbours[1]));

    Variable Along(Tape tape, Variable flow, Variable neighbour)
    {
        var difference = tape.Subtract(tape.GridSample(flow, neighbour), flow);
        var squares = tape.Conv(tape.Multiply(difference, difference), _sum, 0);
        var lengths = tape.Sqrt(tape.Affine(squares, 1, _tiny));
        return tape.SumRows(tape.Reshape(lengths, [_n, squares.Shape.RowSize]));
    }
}
