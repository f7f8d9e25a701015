using Grid.Lab.Datasets;
using Grid.Lab.Models;

namespace Grid.Lab.Attacks;

/// <param name="Samples">The training set after the attack.</param>
/// <param name="Indices">Which of its samples were changed or added, ascending.</param>
public sealed record Poisoned(Samples Samples, IReadOnlyList<int> Indices)
{
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

    /// <summary>The poisoned rows alone: what tells this set from the clean one.</summary>
    internal IReadOnlyList<NamedTensor> Save()
    {
        var rows = Indices.Count == 0 ? null : Samples.Take(Indices);
        return
        [
            IndexTensor.Of("samples", Indices),
            new("labels", [Indices.Count], [.. (rows?.Labels ?? []).Select(label => (float)label)]),
            new("inputs", [rows?.Inputs.Length ?? 0], rows?.Inputs ?? []),
        ];
    }

    /// <summary>What was saved, with the clean samples it was made from: rows beyond them were added, in their order.</summary>
    internal static Poisoned Load(Samples clean, IReadOnlyList<NamedTensor> saved)
    {
        var (indices, labels) = (IndexTensor.Read(saved[0]), Array.ConvertAll(saved[1].Values, label => (int)label));
        if (indices.Length == 0) return new(clean, []);
        return indices[0] >= clean.Count ? Append(clean, saved[2].Values, labels) : Replace(clean, indices, saved[2].Values, labels);
    }

    /// <summary>Puts new samples after the clean ones.</summary>
    internal static Poisoned Append(Samples clean, float[] inputs, int[] labels) => new(
        new Samples([.. clean.Inputs, .. inputs], [.. clean.Labels, .. labels]), [.. Enumerable.Range(clean.Count, labels.Length)]);
}
