using System.Runtime.CompilerServices;
using System.Text;

namespace Grid.Simulation.Tests;

/// <summary>What happened, in lines for people; none are made unless somebody wants to read them.</summary>
sealed class Trace(bool isOn)
{
    readonly List<string> _lines = [];

    public bool IsOn => isOn;

    public IReadOnlyList<string> Lines => _lines;

    public void Note(SimulatedProcess process, [InterpolatedStringHandlerArgument("")] Line line)
    {
        if (isOn) _lines.Add($"{process.Scheduler.Now.TotalSeconds,10:0.000} {process.Name,-10} {line.Text}");
    }

    [InterpolatedStringHandler]
    public readonly ref struct Line
    {
        readonly StringBuilder? _text;

        public Line(int literalLength, int formattedCount, Trace trace, out bool isOn)
        {
            isOn = trace.IsOn;
            _text = isOn ? new(literalLength + (16 * formattedCount)) : null;
        }

        public string Text => _text?.ToString() ?? "";

        public void AppendLiteral(string text) => _text!.Append(text);

        public void AppendFormatted<T>(T value) => _text!.Append(value);

        public void AppendFormatted(TimeSpan value) =>
            _text!.Append(System.Globalization.CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.###} s");
    }
}
