using Grid.Compute;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>Measures changes of images, and brings changes to a length.</summary>
static class Distances
{
    // The least normal number: a length of 0 divides nothing.
    const float Least = float.Epsilon * (1 << 23);

    /// <summary>The length of the changes [n, ...] of each row: [n].</summary>
    public static Tensor Length(this Norm norm, Tensor change) => norm switch
    {
        Norm.Linf => change.Device.MaxRows(change.Abs()),
        Norm.L2 => (change * change).SumRows().Sqrt(),
        Norm.L1 => change.Abs().SumRows(),
        _ => change.Sign().Abs().SumRows(),
    };

    /// <summary>The norm in which a gradient is measured against changes in this one.</summary>
    public static Norm Dual(this Norm norm) => norm switch { Norm.Linf => Norm.L1, Norm.L1 => Norm.Linf, _ => norm };

    /// <summary>The farthest that a row can be moved within the box: [n].</summary>
    public static Tensor Farthest(this Norm norm, Tensor images) => norm == Norm.L0
        ? images.Device.Full([images.Shape.Rows], images.Shape.RowSize)
        : norm.Length(images.Max(!images));

    /// <summary>The nearest change that is no longer than a length, [n]; for l0, the change's largest entries.</summary>
    public static Tensor Project(this Norm norm, Tensor change, Tensor length)
    {
        var device = change.Device;
        switch (norm)
        {
            case Norm.Linf:
                var most = device.Full(change.Shape, 1).Scale(length);
                return change.Min(most).Max(-most);
            case Norm.L2:
                return change.Scale((length / NotZero(norm.Length(change))).Min(device.Full(length.Shape, 1)));
            default:
                var nearest = norm == Norm.L1
                    ? device.ProjectTaxicab(change, length, null)
                    : device.KeepLargest(change, length, signs: false);
                if (nearest is not null) return nearest;
                var lengths = length.ToArray();
                return change.MapRows((row, values) => HostBalls.Project(norm, values, lengths[row]));
        }
    }

    /// <summary>The change scaled to length 1 in l2; 0 stays 0.</summary>
    public static Tensor Unit(this Tensor change) =>
        change.Scale(change.Device.Full([change.Shape.Rows], 1) / NotZero(Norm.L2.Length(change)));

    public static Tensor NotZero(Tensor lengths) => lengths.Max(lengths.Device.Full(lengths.Shape, Least));

    /// <summary>Changes the rows of a tensor on the host.</summary>
    public static Tensor MapRows(this Tensor tensor, RowWriter change)
    {
        using var values = new HostValues(tensor);
        var rows = values;
        return tensor.Device.Upload(tensor.Shape, (row, target) =>
        {
            rows.Row(row).CopyTo(target);
            change(row, target);
        });
    }
}
