using Grid.Presentation.Terminal;

namespace Grid.Web.Figures;

/// <summary>The ramp of heat maps as classes of the style sheet, because a page's policy allows no style in an element.</summary>
static class ShadeClasses
{
    public const int Steps = 40;

    /// <param name="share">Place on the ramp, in [0, 1].</param>
    public static int Of(double share) => (int)Math.Round(Math.Clamp(share, 0, 1) * Steps);

    /// <param name="share">Place on the ramp, in [0, 1].</param>
    public static string Class(double share) =>
        double.IsFinite(share) ? FormattableString.Invariant($"v{Of(share)}") : "none";

    public static string Style { get; } =
        string.Concat(Enumerable.Range(0, Steps + 1).Select(i => (Class: Class((double)i / Steps), Shade: ColorRamp.At((double)i / Steps)))
            .Select(s => $".{s.Class}{{background:#{s.Shade.ToHex()};color:#{ColorRamp.On(s.Shade).ToHex()}}}"))
        + $".ramp{{background:linear-gradient(90deg,{string.Join(',', Stops)})}}\n";

    static IEnumerable<string> Stops => Enumerable.Range(0, 9).Select(i => $"#{ColorRamp.At(i / 8.0).ToHex()}");
}
