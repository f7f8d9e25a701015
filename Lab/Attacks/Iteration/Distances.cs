using Grid.Compute;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>Measures changes of images, and brings changes to a length.</summary>
public static class Distances
{
    // The least normal number: a length of 0 divides nothing.
    const float Least = float.Epsilon * (1 << 23);

    /// <summary>The length of the change of each image, [n]; in l0 the number of values that are not 0.</summary>
    /// <param name="norm">The norm that measures it.</param>
    /// <param name="change">What is added to each image, [n, ...].</param>
    public static Tensor Length(this Norm norm, Tensor change) => norm switch
    {
        Norm.Linf => change.Device.MaxRows(change.Abs()),
        Norm.L2 => (change * change).SumRows().Sqrt(),
        Norm.L1 => change.Abs().SumRows(),
        _ => change.Sign().Abs().SumRows(),
    };

    /// <summary>The norm in which a gradient is measured against changes in this one.</summary>
    internal static Norm Dual(this Norm norm) => norm switch { Norm.Linf => Norm.L1, Norm.L1 => Norm.Linf, _ => norm };

    /// <summary>The farthest that a row can be moved within the box: [n].</summary>
    internal static Tensor Farthest(this Norm norm, Tensor images) => norm == Norm.L0
        ? images.Device.Full([images.Shape.Rows], images.Shape.RowSize)
        : norm.Length(images.Max(!images));

    /// <summary>The nearest change that is no longer than a length; in l0, the change's largest values.</summary>
    /// <param name="norm">The norm that measures it.</param>
    /// <param name="change">What is added to each image, [n, ...].</param>
    /// <param name="length">The greatest length for each image, [n], from 0.</param>
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

    /// <summary>Each image's change scaled to length 1 in l2; a change of 0 stays 0.</summary>
    /// <param name="change">What is added to each image, [n, ...].</param>
    public static Tensor Unit(this Tensor change) =>
        change.Scale(change.Device.Full([change.Shape.Rows], 1) / NotZero(Norm.L2.Length(change)));

    internal static Tensor NotZero(Tensor lengths) => lengths.Max(lengths.Device.Full(lengths.Shape, Least));

    /// <summary>Changes the rows of a tensor on the host.</summary>
    internal static Tensor MapRows(this Tensor tensor, RowWriter change)
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
