namespace Grid.Web.Figures;

/// <summary>The style of a chart outside a page: on white, and without CSS variables, which some programs cannot read.</summary>
static class ChartStyle
{
    static readonly string[] Colours = ["#0072b2", "#c27c00", "#008060", "#b0558a", "#d55e00", "#3d7fa6", "#7d7600", "#6b6b6b"];

    public static string Light { get; } =
        "text{font:13px sans-serif;fill:#444}.axis path{stroke:#d9dde1;fill:none}.line{fill:none;stroke-width:2;stroke-linejoin:round}"
        + ".bar{fill:none;stroke-width:1.2;marker:none}.certified .line{stroke-dasharray:6 4}.dot{stroke:#fff;stroke-width:.6}"
        + string.Concat(Colours.Select((c, i) => $".c{i} .line,.c{i} .bar{{stroke:{c}}}.dot.c{i}{{fill:{c}}}"));

    /// <summary>The colour of a curve as six hex digits.</summary>
    public static string Hex(CurveKey key) => Colours[key.Colour][1..];
}
