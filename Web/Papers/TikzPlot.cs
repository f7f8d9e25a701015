using System.Globalization;
using System.Text;
using Grid.Sweeps.Curves;
using Grid.Web.Figures;

namespace Grid.Web.Papers;

/// <summary>A chart for pgfplots, which has all its numbers.</summary>
static class TikzPlot
{
    static readonly string[] Marks = ["*", "square*", "triangle*", "diamond*", "o", "square", "triangle", "diamond"];

    public static string Of(Panel panel)
    {
        var share = panel.Scale.Share;
        var text = Begin(panel.Axis, panel.Quantity + (share ? " in %" : ""),
            string.Create(CultureInfo.InvariantCulture, $"ymin=0, ymax={(share ? 100 : panel.Scale.Top)}"));
        foreach (var curve in panel.Curves) Curve(text, curve.Name, curve.Key, curve.IsCertified, Points(curve.Curve, share ? 100 : 1));
        return End(text);
    }

    public static string Of(MembershipCurves curves)
    {
        var text = Begin("false positive rate", "true positive rate", "xmode=log, ymode=log, xmin=0.001, xmax=1, ymin=0.001, ymax=1");
        foreach (var line in curves.Lines)
            Curve(text, line.Name, line.Key, false, line.Points.Where(p => p.TruePositives > 0).Select(p =>
                string.Create(CultureInfo.InvariantCulture, $"({p.FalsePositives:0.######},{p.TruePositives:0.######})")));
        return End(text);
    }

    static StringBuilder Begin(string axis, string quantity, string options) => new(
        "% \\usepackage{pgfplots}\n\\begin{tikzpicture}\n"
        + "\\begin{axis}[width=\\linewidth, height=.6\\linewidth, error bars/y dir=both, error bars/y explicit,\n"
        + $"  xlabel={{{Tex.Text(axis)}}}, ylabel={{{Tex.Text(quantity)}}}, {options},\n"
        + "  legend style={at={(0.5,-0.25)}, anchor=north, font=\\small, cells={anchor=west}}]\n");

    static void Curve(StringBuilder text, string name, CurveKey key, bool isDashed, IEnumerable<string> points)
    {
        var rgb = int.Parse(ChartStyle.Hex(key), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"\\addplot[color={{rgb,255:red,{rgb >> 16};green,{rgb >> 8 & 255};blue,{rgb & 255}}}, ")
            .Append(CultureInfo.InvariantCulture, $"mark={Marks[key.Marker]}, thick{(isDashed ? ", dashed" : "")}] coordinates {{")
            .AppendJoin(' ', points).Append("};\n").Append("\\addlegendentry{").Append(Tex.Text(name)).Append("}\n");
    }

    static IEnumerable<string> Points(SecurityCurve curve, double times) =>
        from p in curve.Points.OrderBy(p => p.Strength)
        where double.IsFinite(p.Mean)
        let isBound = double.IsFinite(p.High - p.Low)
        select string.Create(CultureInfo.InvariantCulture, $"({p.Strength:R},{times * p.Mean:0.####})")
            + (isBound ? string.Create(CultureInfo.InvariantCulture,
                $" += (0,{times * (p.High - p.Mean):0.####}) -= (0,{times * (p.Mean - p.Low):0.####})") : "");

    static string End(StringBuilder text) => text.Append("\\end{axis}\n\\end{tikzpicture}\n").ToString();
}
