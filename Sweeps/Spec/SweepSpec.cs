using System.Numerics;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Spec;

/// <summary>
/// A sweep file, checked against a vocabulary but not yet expanded. Lists and ranges multiply wherever they stand.
/// <list type="bullet">
/// <item><c>strength</c>: numbers from 0; 0, the control, is always added. <c>seeds: 5</c> is 0 to 4, <c>seeds: [3, 7]</c> those
/// two.</item>
/// <item><c>strength: {find: 0.5, of: robust_accuracy, within: 0.002, from: 0, to: 0.3}</c> evaluates what it takes to find where the
/// curve crosses a level; <c>{adaptive: 9, from: 0, to: 0.3}</c> as many strengths, where the curve changes most;
/// <c>{precision: 1%, at: [0.1, 0.2]}</c> as many samples and seeds as it takes: see <see cref="Strengths.FindRule"/>,
/// <see cref="Strengths.AdaptiveRule"/> and <see cref="Strengths.PrecisionRule"/>.</item>
/// <item><c>stop: {when: clean_accuracy &lt; 0.9}</c>: a combination whose control meets this is not attacked. <c>order: interleaved</c>
/// (or <c>sequential</c>), of the whole file: every curve coarse before any is fine.</item>
/// <item><c>poison</c>: <c>none</c>, or a poisoning attack with its <c>strength</c> beside its parameters.</item>
/// <item><c>when</c>: a list of <c>{if: {dataset: digits}, set: {model: softmax, training.epochs: 20}}</c>. In the order of the file, every
/// combination that meets all of <c>if</c> gets the settings of <c>set</c> (whole axes before dotted settings); combinations that have
/// become equal are one. <c>set</c> may give the strengths of a combination anew, but <c>if</c> cannot ask for them.</item>
/// <item><c>exclude</c>: a list of mappings, tested after <c>when</c>. One without <c>strength</c> removes the combinations that match all
/// its keys; one with <c>strength</c> removes those strengths of them, but never 0.</item>
/// <item><c>parts</c>: a list of mappings, each a sweep of its own that takes from the file what it does not say itself: sums of
/// products.</item>
/// <item><c>priority: 10</c>, <c>limits: {concurrency: 16, timeout: 20m, failures: 20}</c> and
/// <c>retries: {attempts: 3, backoff: 5s, give_up: ["CUDA out of memory"]}</c>: see <see cref="Spec.Limits"/>. Of the whole file, and of no
/// cell.</item>
/// </list>
/// Keys of <c>if</c> and <c>exclude</c> are axes or dotted settings (<c>attack.steps</c>, <c>training.optimizer.lr</c>); values are a
/// value, a list of which one must match, or <c>{gt, ge, lt, le}</c>. A choice matches by its name; a list matches if it holds the value; a
/// setting that a choice does not have never matches.
/// </summary>
public sealed class SweepSpec
{
    readonly Source _source;

    internal SweepSpec(string text, Source source, string name, Limits limits, IReadOnlyList<Product> parts) =>
        (Text, _source, Name, Limits, Parts) = (text, source, name, limits, parts);

    /// <summary>The file as it was read.</summary>
    public string Text { get; }

    /// <summary>The name of the sweep.</summary>
    public string Name { get; }

    /// <summary>How the sweep is to be run, and when it gives up a cell, or itself.</summary>
    public Limits Limits { get; }

    /// <summary>The parts of the sweep: one, unless the file has <c>parts</c>.</summary>
    public IReadOnlyList<Product> Parts { get; }

    /// <summary>Whether every curve is begun before any is finished.</summary>
    public bool IsInterleaved { get; internal init; } = true;

    /// <summary>Whether an attack gives all strengths in one run, so that choosing among them saves nothing.</summary>
    internal Func<Choice, bool> RunsOnce { get; init; } = _ => false;

    /// <summary>Whether most of what an attack does serves all strengths, so that many at once cost little more than one.</summary>
    internal Func<Choice, bool> SharesWork { get; init; } = _ => false;

    /// <summary>The setting of the evaluation that counts samples; null where there is none.</summary>
    internal string? SamplesKey { get; init; }

    /// <inheritdoc cref="Product.GroupCount"/>
    public BigInteger GroupCount => Parts.Aggregate(BigInteger.Zero, (sum, p) => sum + p.GroupCount);

    /// <inheritdoc cref="Product.GroupCount"/>
    public BigInteger CellCount => Parts.Aggregate(BigInteger.Zero, (sum, p) => sum + p.CellCount);

    /// <summary>
    /// A message about a value that reading the file alone cannot judge: <c>file:line:column: text</c> where the value stands in the file,
    /// and without the place where a default or a <c>when</c> has put it there.
    /// </summary>
    /// <param name="axis">The axis, one of <see cref="Axis.Order"/>, or <see cref="Axis.Strength"/>.</param>
    /// <param name="value">The whole choice, or the strength as a number.</param>
    /// <param name="text">What is wrong, and the remedy.</param>
    public string Message(string axis, ParameterValue value, string text) =>
        Parts.Select(p => p.Place(axis, value)).FirstOrDefault(p => p is not null) is { } place
            ? _source.Place(place, text).ToString()
            : $"{_source.File}: {text}";
}
