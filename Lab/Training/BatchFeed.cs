using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Training;

/// <summary>Brings the samples of each step to where networks are trained: each network gets its own, in blocks of rows one after the
/// other. Where the device keeps whole data sets, orders are sent once in an epoch, and nothing in a step.</summary>
sealed class BatchFeed
{
    // Bytes of unlike sets that are put one behind the other, so that one operator takes the rows of all.
    const long Joined = 256L << 20;

    readonly Device _device;
    readonly Batches[] _batches;

    // Where the samples of each network begin, if there is one set for all.
    readonly int[]? _starts;

    int[][] _orders = [];
    Tensor[]? _onDevice;

    /// <param name="sets">The training set of each network.</param>
    /// <param name="seeds">The seed of each network.</param>
    /// <param name="augment">How images are changed at random in every step; null for not at all.</param>
    public BatchFeed(
        IReadOnlyList<Samples> sets, IReadOnlyList<ulong> seeds, ImageShape shape, Device device,
        IReadOnlyList<Augmentation>? augment = null)
    {
        _device = device;
        Samples[] distinct = [.. sets.Distinct(ReferenceEqualityComparer.Instance).Cast<Samples>()];
        var small = distinct.Length == 1 || distinct.Sum(s => sizeof(float) * (long)s.Inputs.Length) <= Joined;
        if (sets.Count > 1 && (augment is null or []) && small)
        {
            int[] starts = [.. distinct.Select((_, i) => distinct.Take(i).Sum(s => s.Count))];
            _starts = [.. sets.Select(own => starts[Array.FindIndex(distinct, s => ReferenceEquals(s, own))])];
            _batches = [new(distinct.Length == 1 ? distinct[0] : Join(distinct), shape, device)];
        }
        else _batches = [.. sets.Zip(seeds, (s, seed) => new Batches(s, shape, device, augment, seed))];
    }

    /// <summary>Begins an epoch. The tensors that it sends belong to the scope that is open.</summary>
    /// <param name="orders">The order in which each network sees its samples.</param>
    public void Begin(int[][] orders)
    {
        _orders = orders;
        _onDevice = null;
        if (!_batches.All(b => b.Resident)) return;
        _onDevice = _starts is not null ? [Sent(orders, _starts)] : Array.ConvertAll(orders, order => Sent([order], [0]));
    }

    Tensor Sent(int[][] orders, int[] starts) => _device.Upload([orders.Length, orders[0].Length], (i, row) =>
    {
        for (var j = 0; j < row.Length; j++) row[j] = starts[i] + orders[i][j];
    });

    /// <summary>The samples of a step.</summary>
    /// <param name="step">The number of the step in the run, from 0.</param>
    public Batch Take(int first, int count, int step)
    {
        if (_orders.Length == 1 && _onDevice is null) return _batches[0].Take(new ReadOnlyMemory<int>(_orders[0], first, count), step);
        var (all, places) = (new int[_orders.Length * count], new int[_orders.Length * count]);
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = _orders[i / count][first + i % count];
            places[i] = all[i] + (_starts?[i / count] ?? 0);
        }

        // Whatever is drawn for a sample is keyed by its number in its own set.
        if (_batches.Length == 1)
            return _onDevice is [var order] ? _batches[0].Take(order, first, all) : _batches[0].Take(places) with { Samples = all };
        Batch[] own = [.. _batches.Select((b, i) =>
        {
            var samples = new ReadOnlyMemory<int>(_orders[i], first, count);
            return _onDevice is null ? b.Take(samples, step) : b.Take(_onDevice[i], first, samples);
        })];
        return new(Stacked(own, p => p.Images), Stacked(own, p => p.Labels), all);
    }

    Tensor Stacked(Batch[] parts, Func<Batch, Tensor> of) => _device.Concat([.. parts.Select(of)]);

    static Samples Join(Samples[] sets)
    {
        var joined = new float[sets.Sum(s => s.Inputs.Length)];
        var end = 0;
        foreach (var set in sets)
        {
            set.Inputs.CopyTo(joined, end);
            end += set.Inputs.Length;
        }

        return new(joined, [.. sets.SelectMany(s => s.Labels)]);
    }
}
