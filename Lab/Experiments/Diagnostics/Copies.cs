using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Grid.Lab.Datasets;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Diagnostics;

/// <summary>Counts evaluation samples that tell nothing new: their image is that of a trained sample, or of an evaluation sample before
/// them. The clean training set is compared, whatever a poison or a filter makes of it; of a model from a file it is not known.</summary>
sealed class Copies
{
    static readonly ConditionalWeakTable<Dataset, Copies> Known = [];

    readonly UInt128[] _train, _test;
    readonly ConcurrentDictionary<(int Trained, int Tested), int> _counts = [];

    Copies(Dataset data) => (_train, _test) = (Hashes(data.Train), Hashes(data.Test));

    /// <summary>The share of copies among the first so many test samples; empty where there is none.</summary>
    public static (string, Measurement)[] Of(ExperimentContext setting, int samples)
    {
        var trained = setting.Model is GivenModel ? 0 : setting.Training.Train.Count;
        var copies = Known.GetValue(setting.Data, data => new(data))._counts.GetOrAdd((trained, samples), _ => Known
            .GetValue(setting.Data, data => new(data)).Count(trained, samples));
        return copies == 0 ? [] : [(Metric.CopiedRate, Measurement.Rate(copies, samples))];
    }

    int Count(int trained, int samples)
    {
        var seen = new HashSet<UInt128>(_train.Take(trained));
        return _test.Take(samples).Count(hash => !seen.Add(hash));
    }

    static UInt128[] Hashes(Samples samples)
    {
        var size = samples.Inputs.Length / samples.Count;
        return [.. Enumerable.Range(0, samples.Count)
            .Select(i => XxHash128.HashToUInt128(MemoryMarshal.AsBytes<float>(samples.Inputs.AsSpan(i * size, size))))];
    }
}
