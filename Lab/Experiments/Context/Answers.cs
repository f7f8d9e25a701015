using Grid.Lab.Models;

namespace Grid.Lab.Experiments.Context;

/// <summary>What one network says of test samples.</summary>
/// <param name="values">The classes that it names, from the likeliest on, as many for every sample; -1 where it says
/// nothing.</param>
/// <param name="count">How many samples.</param>
sealed class Answers(float[] values, int count)
{
    readonly int _places = values.Length / count;

    public static Answers None(int count) => new([.. Enumerable.Repeat(-1f, count)], count);

    /// <summary>The classes of a sample; empty where it says nothing.</summary>
    public int[] Of(int sample)
    {
        var own = values.AsSpan(sample * _places, _places);
        return own[0] < 0 ? [] : Array.ConvertAll(own.ToArray(), c => (int)c);
    }

    public IReadOnlyList<NamedTensor> Save() => [new("answers", [values.Length], values)];

    public static Answers Load(IReadOnlyList<NamedTensor> saved, int count) => new(saved[0].Values, count);
}
