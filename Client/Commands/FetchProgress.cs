namespace Grid.Client.Commands;

/// <summary>
/// Says how many cells of a large sweep have come: on a terminal in one line that is written over, elsewhere in a line at most every ten
/// seconds. Of a small sweep it says nothing.
/// </summary>
/// <param name="over">Whether the line may be written over.</param>
sealed class FetchProgress(TextWriter writer, bool over, TimeProvider clock) : IDisposable
{
    static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    readonly long _began = clock.GetTimestamp();
    long _last = clock.GetTimestamp();
    int _width;

    public void Show(int fetched, int total)
    {
        if (clock.GetElapsedTime(_last) < (over ? Frame : Quiet)) return;
        _last = clock.GetTimestamp();
        var left = clock.GetElapsedTime(_began) * ((double)(total - fetched) / fetched);
        var line = FormattableString.Invariant($"fetched {fetched:N0} of {total:N0} cells, {left.TotalSeconds:0} s left");
        writer.Write(over ? $"\r{line.PadRight(_width)}" : $"{line}\n");
        _width = line.Length;
    }

    public void Dispose()
    {
        if (over && _width > 0) writer.Write($"\r{new string(' ', _width)}\r");
    }
}
