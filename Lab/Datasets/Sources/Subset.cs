using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Grid.Lab.Datasets.Files;

namespace Grid.Lab.Datasets.Sources;

/// <summary>Some classes of a data set, or its first samples alone, in their order; classes are numbered anew from 0 as they are
/// listed.</summary>
/// <param name="of">The data set, one with classes.</param>
/// <param name="classes">The classes to keep, at least two; none keeps all.</param>
/// <param name="train">Training samples to keep, from the first of these classes; 0 keeps all.</param>
/// <param name="test">Test samples to keep, from the first of these classes; 0 keeps all.</param>
[Named("subset")]
public sealed class Subset(
    DataSource of,
    [Range(0, ClassLabels.Most)] IReadOnlyList<int>? classes = null,
    [Range(0, int.MaxValue)] int train = 0,
    [Range(0, int.MaxValue)] int test = 0) : DataSource
{
    readonly IReadOnlyList<int>? _classes = classes is null || (classes.Count > 1 && classes.Distinct().Count() == classes.Count)
        ? classes
        : throw new ArgumentException($"classes must be two or more different ones, not {string.Join(", ", classes)}.");

    /// <inheritdoc/>
    public override string? SourceFile => of.SourceFile;

    /// <inheritdoc/>
    public override async Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        var all = await of.Load(folder, progress, ct);
        if (all.Classes == 0) throw new LabException($"subset: {all.Name} is a regression and has no classes to choose from.");
        var kept = _classes ?? [.. Enumerable.Range(0, all.Classes)];
        if (kept.Any(c => c >= all.Classes))
            throw new LabException($"subset: {all.Name} has the classes 0 to {all.Classes - 1}, and no class {kept.Max()}.");
        var numbers = kept.Select((label, number) => (label, number)).ToDictionary(c => c.label, c => c.number);
        var identity = $"{all.Sha256} {string.Join(',', kept)} {train} {test}";
        return new(
            _classes is null ? all.Name : $"{all.Name} {string.Join('/', kept)}", all.Shape, kept.Count,
            Cut(all.Train, train, "training"), Cut(all.Test, test, "test"),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity))))
        {
            ClassNames = all.ClassNames is { } names ? [.. kept.Select(c => names[c])] : null,
        };

        Samples Cut(Samples samples, int most, string part)
        {
            int[] indices = [.. Enumerable.Range(0, samples.Count)
                .Where(i => numbers.ContainsKey(samples.Labels[i]))
                .Take(most == 0 ? int.MaxValue : most)];
            if (indices.Length < Math.Max(1, most))
                throw new LabException(
                    $"subset: {all.Name} has {indices.Length} {part} samples of these classes, "
                    + $"fewer than the {Math.Max(1, most)} asked for.");
            var cut = samples.Take(indices);
            return new(cut.Inputs, Array.ConvertAll(cut.Labels, label => numbers[label]));
        }
    }
}
