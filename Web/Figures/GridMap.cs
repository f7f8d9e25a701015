using Grid.Presentation.Terminal;
using Grid.Presentation.Views.Friends;

namespace Grid.Web.Figures;

/// <summary>One quantity over two parameters, at one strength of an attack.</summary>
/// <param name="Id">Anchor of the map in a page.</param>
/// <param name="Row">Parameter of the rows; Column is that of the columns.</param>
/// <param name="IsShare">Whether values are shares, shown in percent.</param>
/// <param name="Top">Value at which the shades end.</param>
public sealed record GridMap(
    string Id, string Title, string Quantity, string Row, string Column, IReadOnlyList<double> Rows, IReadOnlyList<double> Columns,
    bool IsShare, double Top, IReadOnlyDictionary<(double Row, double Column), GridField> Fields)
{
    /// <summary>The field of a combination; null if it was not run.</summary>
    public GridField? this[int row, int column] => Fields.GetValueOrDefault((Rows[row], Columns[column]));

    public string Text(double value) => IsShare ? NumberText.Percent(value) : NumberText.Number(value);

    /// <summary>A difference of values as text.</summary>
    public string Signed(double value) => IsShare ? NumberText.Signed(value) : NumberText.Number(value);

    /// <summary>An interval as text; empty if it is not known.</summary>
    public string Interval(double low, double high) => IsShare ? NumberText.Interval(low, high)
        : double.IsNaN(low + high) ? "" : $"[{NumberText.Number(low)}, {NumberText.Number(high)}]";

    /// <param name="top">Rate at which the shades end, see <see cref="FriendsGrid.Top"/>.</param>
    public static GridMap Of(FriendsGrid grid, double top, string id) => new(
        id, grid.Title, "attack success rate", "noise_std", "clip_threshold", grid.NoiseStds, grid.ClipThresholds, IsShare: true, top,
        grid.Rows.ToDictionary(r => (r.NoiseStd, r.ClipThreshold), r =>
            new GridField(r.SuccessRate, r.Low, r.High, r.ControlRate, r.ExcessRate, r.ExcessLow, r.ExcessHigh, r.Trials)));
}

/// <summary>A value with its 95 % interval, beside the value without the attack and the difference of the two.</summary>
/// <param name="Control">The value at strength 0; NaN while it is not known.</param>
/// <param name="Excess">Value less control; its interval is paired where samples or trials are known one by one.</param>
/// <param name="Count">Samples or trials behind the value.</param>
public sealed record GridField(
    double Value, double Low, double High, double Control, double Excess, double ExcessLow, double ExcessHigh, long Count);
