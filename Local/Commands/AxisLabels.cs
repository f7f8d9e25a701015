using Grid.Lab.Catalog;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;

namespace Grid.Local.Commands;

/// <summary>Writes what a plan has on each axis; long lists are cut short.</summary>
static class AxisLabels
{
    /// <summary>Most letters on one axis, which are a few lines on a terminal.</summary>
    const int Longest = 240;

    public static IEnumerable<(string Axis, string Values)> Of(Plan plan)
    {
        var cells = plan.Groups.Select(g => plan.Cells[g.Cells[0]].Cell).ToList();
        yield return (Category.Dataset, Choices(cells, Category.Dataset, c => c.Dataset));
        yield return (Category.Model, Choices(cells, Category.Model, c => c.Model));
        yield return (Category.Training, Inside(Category.Training, Choices(cells, Category.Training, c => c.Training)));
        if (cells.Any(c => c.Poison is not null))
            yield return (Axis.Poison, Listed(Distinct(cells, c => c.Poison).Select(Catalogue.Vocabulary.Label)));
        yield return (Category.Attack, Choices(cells, Category.Attack, c => c.Attack));
        yield return (Category.Defense, Choices(cells, Category.Defense, c => c.Defense));
        yield return (Category.Evaluation, Inside(Category.Evaluation, Choices(cells, Category.Evaluation, c => c.Evaluation)));
        var seeds = cells.Select(c => c.Seed).Distinct().Order().ToList();
        yield return (Axis.Seed,
            seeds.Count > 2 && seeds[^1] - seeds[0] == seeds.Count - 1
                ? $"{seeds[0]} to {seeds[^1]}"
                : Listed(seeds.Select(s => Canonical.Number(s))));
        yield return (Axis.Strength, Listed(plan.Axes.Single(a => a.Name == Axis.Strength).Values));
    }

    static string Choices(IReadOnlyList<Cell> cells, string category, Func<Cell, Choice> choice) =>
        Listed(Distinct(cells, choice).Select(c => Catalogue.Vocabulary.Label(category, c!)));

    // Compared by reference: cells of a plan share their choices, and a sweep may have millions of cells.
    static IEnumerable<T?> Distinct<T>(IEnumerable<Cell> cells, Func<Cell, T?> part)
        where T : class
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var none = new object();
        return cells.Select(part).Where(p => seen.Add(p ?? none));
    }

    /// <summary>Leaves out the name of the axis where the value repeats it, as training(epochs=3) does.</summary>
    static string Inside(string name, string values) =>
        values == name ? "the defaults"
        : values.StartsWith($"{name}(", StringComparison.Ordinal) && !values.Contains($", {name}", StringComparison.Ordinal)
            ? values[(name.Length + 1)..^1]
        : values;

    static string Listed(IEnumerable<string> values)
    {
        var all = values.ToList();
        var length = 0;
        var shown = all.TakeWhile(v => (length += v.Length + 2) < Longest).Count();
        return shown >= all.Count - 1
            ? string.Join(", ", all)
            : FormattableString.Invariant($"{string.Join(", ", all.Take(Math.Max(1, shown)))}, ... {all[^1]} ({all.Count:N0} in all)");
    }
}
