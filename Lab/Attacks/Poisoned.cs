using Grid.Lab.Datasets;
using Grid.Lab.Models;

namespace Grid.Lab.Attacks;

/// <summary>A training set after an attack on it.</summary>
/// <param name="Samples">The training set after the attack.</param>
/// <param name="Indices">Which of its samples were changed or added, ascending.</param>
public sealed record Poisoned(Samples Samples, IReadOnlyList<int> Indices)
{
    /// <summary>The samples that carry the trigger of a backdoor under their true label, ascending: they are changed too, and are no
    /// poison.</summary>
    public IReadOnlyList<int> Covers { get; init; } = [];

    /// <summary>Puts new inputs and labels, row by row, in the place of these samples.</summary>
    internal static Poisoned Replace(Samples clean, IReadOnlyList<int> samples, float[] inputs, int[] labels)
    {
        var size = clean.Inputs.Length / clean.Count;
        var (allInputs, allLabels) = ((float[])clean.Inputs.Clone(), (int[])clean.Labels.Clone());
        for (var row = 0; row < samples.Count; row++)
        {
            inputs.AsSpan(row * size, size).CopyTo(allInputs.AsSpan(samples[row] * size));
            allLabels[samples[row]] = labels[row];
        }

        return new(new Samples(allInputs, allLabels), [.. samples.Order()]);
    }

    /// <summary>The changed rows alone: what tells this set from the clean one.</summary>
    internal IReadOnlyList<NamedTensor> Save()
    {
        int[] changed = [.. Indices.Concat(Covers).Order()];
        var rows = changed.Length == 0 ? null : Samples.Take(changed);
        return
        [
            IndexTensor.Of("samples", changed),
            new("labels", [changed.Length], [.. (rows?.Labels ?? []).Select(label => (float)label)]),
            new("inputs", [rows?.Inputs.Length ?? 0], rows?.Inputs ?? []),
            .. Covers.Count == 0 ? Array.Empty<NamedTensor>() : [IndexTensor.Of("covers", Covers)],
        ];
    }

    /// <summary>Restores what was saved, given the clean samples that it was made from: rows beyond them were added, in their
    /// order.</summary>
    internal static Poisoned Load(Samples clean, IReadOnlyList<NamedTensor> saved)
    {
        var (indices, labels) = (IndexTensor.Read(saved[0]), Array.ConvertAll(saved[1].Values, label => (int)label));
        if (indices.Length == 0) return new(clean, []);
        if (indices[0] >= clean.Count) return Append(clean, saved[2].Values, labels);
        int[] covers = saved.Count > 3 ? IndexTensor.Read(saved[3]) : [];
        return Replace(clean, indices, saved[2].Values, labels) with { Indices = [.. indices.Except(covers)], Covers = covers };
    }

    /// <summary>Puts new samples after the clean ones.</summary>
    internal static Poisoned Append(Samples clean, float[] inputs, int[] labels) => new(
        new Samples([.. clean.Inputs, .. inputs], [.. clean.Labels, .. labels]), [.. Enumerable.Range(clean.Count, labels.Length)]);
}
