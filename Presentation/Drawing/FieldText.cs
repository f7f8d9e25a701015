using Grid.Sweeps.Curves;

namespace Grid.Presentation.Drawing;

/// <summary>One way to write a field of the FRIENDS grid.</summary>
/// <param name="Lines">The lines of one field, rate first.</param>
/// <param name="Gap">Blank columns between two fields.</param>
/// <param name="Note">Tells the reader what the lines are.</param>
public sealed record FieldText(Func<FriendsRow, IReadOnlyList<string>> Lines, int Height, int Gap, string Note)
{
    const string Intervals = "[low, high]: 95 % interval. Excess: rate minus control, in points.";

    public static readonly FieldText Wide = new(
        r =>
        [
            $"{Figures.Percent(r.SuccessRate)} {Figures.Interval(r.Low, r.High)}",
            $"control {Figures.Percent(r.ControlRate)}",
            $"excess {Figures.Signed(r.ExcessRate)} {Figures.Interval(r.ExcessLow, r.ExcessHigh)}",
        ],
        3,
        1,
        Intervals);

    public static readonly FieldText Tall = new(
        r =>
        [
            Figures.Percent(r.SuccessRate),
            Figures.Interval(r.Low, r.High),
            $"control {Figures.Percent(r.ControlRate)}",
            $"excess {Figures.Signed(r.ExcessRate)}",
            Figures.Interval(r.ExcessLow, r.ExcessHigh),
        ],
        5,
        1,
        Intervals);

    public static readonly FieldText Short = new(
        r => [Figures.Points(r.SuccessRate), Figures.Signed(r.ExcessRate)],
        2,
        0,
        "Each field: rate in %, below it rate minus control. Intervals: friends.csv.");
}
