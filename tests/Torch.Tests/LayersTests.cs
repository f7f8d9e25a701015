using Grid.Compute;
using Grid.Compute.Tests;

namespace Grid.Torch.Tests;

public sealed class LayersTests
{
    [Fact]
    public void Convolutions_of_any_stride_padding_dilation_and_groups_agree() => Pair.Property(dice =>
    {
        var groups = dice.Int(1, 3);
        Shape xs = [dice.Int(1, 3), groups * dice.Int(1, 3), dice.Int(1, 9), dice.Int(1, 12)];
        var window = dice.Window(xs[2], xs[3]);
        Shape ws = [groups * dice.Int(1, 6), xs[1] / groups, window.Height, window.Width],
            ys = [xs[0], ws[0], window.OutHeight(xs[2]), window.OutWidth(xs[3])];
        var (x, w, g) = (dice.Floats(xs), dice.Floats(ws), dice.Floats(ys));
        Pair.Agree(d => d.Conv(d.Upload(x, xs), d.Upload(w, ws), window, groups));
        Pair.Agree(d => d.ConvInputGradient(d.Upload(g, ys), d.Upload(w, ws), window, groups, xs));
        Pair.Agree(d => d.ConvWeightGradient(d.Upload(g, ys), d.Upload(x, xs), window, groups, ws));
    });

    [Fact]
    public void Poolings_and_their_gradients_agree() => Pair.Property(dice =>
    {
        Shape xs = [dice.Int(1, 3), dice.Int(1, 3), dice.Int(1, 9), dice.Int(1, 12)];
        var window = dice.Window(xs[2], xs[3], pooling: true);
        // Few values, so that there are ties.
        float[] x = [.. dice.Floats(xs).Select(v => MathF.Round(2 * v))];
        Shape ys = [xs[0], xs[1], window.OutHeight(xs[2]), window.OutWidth(xs[3])];
        var g = dice.Floats(ys);
        Pair.Agree(d => d.MaxPool(d.Upload(x, xs), window).Output);
        Pair.Agree(d => d.MaxPoolGradient(d.Upload(g, ys), d.MaxPool(d.Upload(x, xs), window).Winners, xs));
        foreach (var padding in new[] { false, true })
        {
            Pair.Agree(d => d.AveragePool(d.Upload(x, xs), window, padding));
            Pair.Agree(d => d.AveragePoolGradient(d.Upload(g, ys), window, padding, xs));
        }
    });

    [Fact]
    public void Broadcasting_and_rearranging_agree() => Pair.Property(dice =>
    {
        var shape = dice.Shape(dice.Int(1, 5));
        var (sa, sb) = (dice.Narrowed(shape), dice.Narrowed(shape));
        float[] a = [.. dice.Floats(sa).Select(v => v + 2)], b = [.. dice.Floats(sb).Select(v => v + 2)], x = dice.Floats(shape);
        foreach (var operation in Enum.GetValues<Binary>()) Pair.Agree(d => d.Broadcast(operation, d.Upload(a, sa), d.Upload(b, sb)));
        Pair.Agree(d => d.SumTo(d.Upload(x, shape), sa), scale: 1);
        var (order, selection, axis) = (dice.Order(shape.Rank), dice.Selection(shape.Row), dice.Int(0, shape.Rank - 1));
        Pair.Agree(d => d.Permute(d.Upload(x, shape), order));
        Pair.Agree(d => d.Select(d.Upload(x, shape), selection));
        Pair.Agree(d => d.Deselect(d.Select(d.Upload(x, shape), selection), selection), scale: 1);
        Pair.Agree(d => d.Join([d.Upload(x, shape), d.Full(shape, 1)], axis));
        Pair.Agree(d => d.Apply(Unary.Erf, d.Upload(x, shape)));
    });

    [Fact]
    public void Batch_normalisation_and_its_gradients_agree() => Pair.Property(dice =>
    {
        Shape xs = dice.Coin() ? [dice.Int(3, 20), dice.Int(1, 4)] : [dice.Int(2, 4), dice.Int(1, 3), dice.Int(2, 6), dice.Int(1, 9)];
        float[] x = dice.Floats(xs), g = dice.Floats(xs), scale = dice.Floats(xs[1]), offset = dice.Floats(xs[1]);
        var results = Array.ConvertAll(new[] { Pair.Managed, Pair.Torch }, d =>
        {
            var (dx, ds) = (d.Upload(x, xs), d.Upload(scale, [xs[1]]));
            var (y, statistics) = d.BatchNorm(dx, ds, d.Upload(offset, [xs[1]]), 0.01f);
            var (byX, byScale, byOffset) = d.BatchNormGradient(d.Upload(g, xs), dx, ds, statistics, 0.01f);
            return new[] { y, statistics, byX, byScale, byOffset };
        });
        foreach (var (managed, torch) in results[0].Zip(results[1])) Pair.Agree(managed, torch, tolerance: 1e-4, scale: 1);
    });
}
