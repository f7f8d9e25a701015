using Grid.Presentation.Terminal;
using Grid.Sweeps.Results;
using Spectre.Console;

namespace Grid.Local.Images;

/// <summary>Draws pictures side by side in a terminal: two pixels in a character where there is colour, else one shade for each
/// pixel.</summary>
static class PixelText
{
    const string Shades = " .:-=+*#%@";

    /// <param name="pictures">Each [channels, height, width] in [0, 1].</param>
    public static StyledText Draw(TerminalFeatures terminal, SampleImages size, IReadOnlyList<float[]> pictures)
    {
        var text = new StyledText();
        // Pictures that do not fit lose every second pixel, or two of three, and so on.
        var room = Math.Max(4, terminal.Width / pictures.Count - 2);
        var step = (size.Width + room - 1) / room;
        var isColour = terminal.Colour && terminal.Unicode;
        for (var y = 0; y < size.Height; y += 2 * step)
        {
            foreach (var picture in pictures)
            {
                for (var x = 0; x < size.Width; x += step)
                {
                    var (upper, lower) = (Colour(size, picture, y, x), Colour(size, picture, Math.Min(size.Height - 1, y + step), x));
                    if (isColour) text.Add("▀", new Style(upper, lower));
                    else text.Add(Shades[(int)Math.Min(Shades.Length - 1, (upper.R + upper.G + upper.B + lower.R + lower.G
                        + lower.B) / 1530.0 * Shades.Length)].ToString());
                }

                text.Add("  ");
            }

            text.Line();
        }

        return text;
    }

    static Color Colour(SampleImages size, float[] picture, int y, int x)
    {
        byte Channel(int c) => (byte)MathF.Round(255 * Math.Clamp(picture[(Math.Min(c, size.Channels - 1) * size.Height + y) * size.Width
            + x], 0, 1));
        return new(Channel(0), Channel(1), Channel(2));
    }
}
