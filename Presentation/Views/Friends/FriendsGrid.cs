using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Views.Friends;

/// <summary>The FRIENDS rows of one defense variant at one strength, as a grid of noise_std (down) by clip_threshold (across).</summary>
public sealed class FriendsGrid
{
    readonly Dictionary<(double, double), FriendsRow> _rows = [];

    FriendsGrid(IReadOnlyList<FriendsRow> rows)
    {
        (Defense, Strength) = (rows[0].Defense, rows[0].Strength);
        foreach (var row in rows) _rows[(row.NoiseStd, row.ClipThreshold)] = row;
        NoiseStds = [.. rows.Select(r => r.NoiseStd).Distinct().Order()];
        ClipThresholds = [.. rows.Select(r => r.ClipThreshold).Distinct().Order()];
    }

    public string Defense { get; }

    public double Strength { get; }

    public IReadOnlyList<double> NoiseStds { get; }

    public IReadOnlyList<double> ClipThresholds { get; }

    public IEnumerable<FriendsRow> Rows => _rows.Values;

    public string Title => Strength == 0
        ? $"{Defense}, no poison (the control)"
        : $"{Defense}, {NumberText.Number(Strength)} poison point{(Strength == 1 ? "" : "s")}";

    /// <summary>The row of a combination; null where it was not run.</summary>
    public FriendsRow? this[int noise, int clip] => _rows.GetValueOrDefault((NoiseStds[noise], ClipThresholds[clip]));

    public static IReadOnlyList<FriendsGrid> Of(IEnumerable<FriendsRow> rows) =>
        [.. rows.GroupBy(r => (r.Defense, r.Strength)).Select(g => new FriendsGrid([.. g]))];

    /// <summary>The rate at which the shades end, which is the highest of all grids, so that grids can be compared by eye.</summary>
    public static double Top(IEnumerable<FriendsRow> rows)
    {
        var top = rows.Select(r => r.SuccessRate).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        return top > 0 ? top : 1;
    }
}
