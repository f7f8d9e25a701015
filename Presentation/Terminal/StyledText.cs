using Spectre.Console;
using Spectre.Console.Rendering;

namespace Grid.Presentation.Terminal;

/// <summary>
/// Lines of styled text, drawn without markup, wrapping and control characters. A line wider than the console is cut with
/// an ellipsis.
/// </summary>
public sealed class StyledText : Renderable
{
    readonly List<List<Segment>> _lines = [[]];

    public StyledText Add(string text, Style? style = null)
    {
        if (text.Length > 0) _lines[^1].Add(new Segment(TextFit.Printable(text), style ?? Style.Plain));
        return this;
    }

    public StyledText Line(string text = "", Style? style = null)
    {
        Add(text, style);
        _lines.Add([]);
        return this;
    }

    protected override Measurement Measure(RenderOptions options, int maxWidth)
    {
        var width = Math.Min(maxWidth, _lines.Max(Segment.CellCount));
        return new(width, width);
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var last = _lines[^1].Count == 0 ? _lines.Count - 1 : _lines.Count;
        foreach (var line in _lines.Take(last))
        {
            var left = maxWidth;
            var over = Segment.CellCount(line) > maxWidth;
            foreach (var segment in line)
            {
                var width = segment.CellCount();
                if (over && width >= left)
                {
                    yield return new(TextFit.Cut(segment.Text + "  ", left, options.Unicode), segment.Style);
                    break;
                }
                yield return segment;
                left -= width;
            }
            yield return Segment.LineBreak;
        }
    }
}
