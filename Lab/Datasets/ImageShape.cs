namespace Grid.Lab.Datasets;

/// <summary>The shape of one input; a table of d features is 1 x 1 x d.</summary>
/// <param name="Channels">The number of channels: 1 for grey, 3 for colour.</param>
/// <param name="Height">The number of rows in pixels.</param>
/// <param name="Width">The number of columns in pixels.</param>
public sealed record ImageShape(int Channels, int Height, int Width)
{
    /// <summary>The number of values in a sample.</summary>
    public int Size => Channels * Height * Width;

    /// <summary>For people: channels x height x width.</summary>
    internal string Text => $"{Channels} x {Height} x {Width}";
}
