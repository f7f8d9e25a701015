using Grid.Presentation.Terminal;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Views.Friends;

/// <summary>Writes a field of the FRIENDS grid, in one of several ways.</summary>
/// <param name="Lines">The lines of one field, rate first.</param>
/// <param name="Gap">Blank columns between two fields.</param>
/// <param name="Note">Says to the reader what the lines are.</param>
public sealed record FieldText(Func<FriendsRow, IReadOnlyList<string>> Lines, int Height, int Gap, string Note)
{
    const string Intervals = "[low, high] is the 95 % interval. Excess is rate minus control, in points.";

    public static readonly FieldText Wide = new(
        r =>
        [
            $"{NumberText.Percent(r.SuccessRate)} {NumberText.Interval(r.Low, r.High)}",
            $"control {NumberText.Percent(r.ControlRate)}",
            $"excess {NumberText.Signed(r.ExcessRate)} {NumberText.Interval(r.ExcessLow, r.ExcessHigh)}",
        ],
        3,
        1,
        Intervals);

    public static readonly FieldText Tall = new(
        r =>
        [
            NumberText.Percent(r.SuccessRate),
            NumberText.Interval(r.Low, r.High),
            $"control {NumberText.Percent(r.ControlRate)}",
            $"excess {NumberText.Signed(r.ExcessRate)}",
            NumberText.Interval(r.ExcessLow, r.ExcessHigh),
        ],
        5,
        1,
        Intervals);

    public static readonly FieldText Short = new(
        r => [NumberText.Points(r.SuccessRate), NumberText.Signed(r.ExcessRate)],
        2,
        0,
        "A field has the rate in % and below it the excess; friends.csv has the rest.");
}
