using Grid.Lab.Models;

namespace Grid.Lab.Experiments.Context;

/// <summary>The answers of one network about test samples.</summary>
/// <param name="values">For each sample the same number of classes, from the likeliest on; -1 if the network has no answer.</param>
/// <param name="count">The number of samples.</param>
sealed class Answers(float[] values, int count)
{
    readonly int _places = values.Length / count;

    public static Answers None(int count) => new([.. Enumerable.Repeat(-1f, count)], count);

    /// <summary>The classes of a sample; empty if there is no answer.</summary>
    public int[] Of(int sample)
    {
        var own = values.AsSpan(sample * _places, _places);
        return own[0] < 0 ? [] : Array.ConvertAll(own.ToArray(), c => (int)c);
    }

    public IReadOnlyList<NamedTensor> Save() => [new("answers", [values.Length], values)];

    public static Answers Load(IReadOnlyList<NamedTensor> saved, int count) => new(saved[0].Values, count);
}
