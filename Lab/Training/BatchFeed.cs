using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Training;

/// <summary>Brings the samples of each step to where networks are trained: each network gets its own, in blocks of rows one after the
/// other. Where the device keeps whole data sets, orders are sent once in an epoch, and nothing in a step.</summary>
/// <param name="sets">The training set of each network, all of one size.</param>
/// <param name="seeds">The seed of each network.</param>
/// <param name="augment">How images are changed at random in every step; null for not at all.</param>
sealed class BatchFeed(
    IReadOnlyList<Samples> sets, IReadOnlyList<ulong> seeds, ImageShape shape, Device device, IReadOnlyList<Augmentation>? augment = null)
{
    readonly Batches[] _batches = [.. sets.Zip(seeds, (s, seed) => new Batches(s, shape, device, augment, seed))];

    int[][] _orders = [];
    Tensor[]? _onDevice;

    /// <summary>Begins an epoch. The tensors that it sends belong to the scope that is open.</summary>
    /// <param name="orders">The order in which each network sees its samples.</param>
    public void Begin(int[][] orders)
    {
        _orders = orders;
        _onDevice = null;
        if (!_batches.All(b => b.Resident)) return;
        _onDevice = Shared ? [Sent(orders)] : Array.ConvertAll(orders, order => Sent(order));
    }

    Tensor Sent(params int[][] orders) => device.Upload([orders.Length, orders[0].Length], (i, row) =>
    {
        for (var j = 0; j < row.Length; j++) row[j] = orders[i][j];
    });

    /// <summary>Whether all networks train on the same samples, which then are taken by one operator.</summary>
    bool Shared => sets.All(s => ReferenceEquals(s, sets[0]));

    /// <summary>The samples of a step.</summary>
    /// <param name="step">The number of the step in the run, from 0.</param>
    public Batch Take(int first, int count, int step)
    {
        var samples = Array.ConvertAll(_orders, order => new ReadOnlyMemory<int>(order, first, count));
        var all = samples[0];
        if (samples.Length > 1)
        {
            var joined = new int[samples.Length * count];
            for (var i = 0; i < samples.Length; i++) samples[i].CopyTo(joined.AsMemory(i * count));
            all = joined;
        }

        if (_onDevice is null)
        {
            Batch[] parts = [.. _batches.Zip(samples, (b, s) => b.Take(s, step))];
            return parts.Length == 1 ? parts[0] : new(Stacked(parts, p => p.Images), Stacked(parts, p => p.Labels), all);
        }

        if (_onDevice.Length == 1) return _batches[0].Take(_onDevice[0], first, all);
        Batch[] own = [.. _batches.Select((b, i) => b.Take(_onDevice[i], first, samples[i]))];
        return new(Stacked(own, p => p.Images), Stacked(own, p => p.Labels), all);
    }

    Tensor Stacked(Batch[] parts, Func<Batch, Tensor> of) => device.Concat([.. parts.Select(of)]);
}
