using Spectre.Console;

namespace Grid.Presentation.Views.Curves;

/// <summary>Gives each curve of a plot a colour (Okabe and Ito 2008, safe for colour-blind readers) and a marker.</summary>
public static class CurveMarkers
{
    static readonly Color[] Palette =
    [
        new(0x56, 0xB4, 0xE9), new(0xE6, 0x9F, 0x00), new(0x00, 0x9E, 0x73), new(0xCC, 0x79, 0xA7),
        new(0xD5, 0x5E, 0x00), new(0x00, 0x72, 0xB2), new(0xF0, 0xE4, 0x42), new(0x99, 0x99, 0x99),
    ];

    /// <param name="key">Number of the defense in the sweep: the first eight differ in colour and in marker, sixty-four in one of the two
    /// at least.</param>
    public static Color Colour(int key) => Palette[key % Palette.Length];

    /// <inheritdoc cref="Colour"/>
    public static char Marker(int key, bool unicode) =>
        (unicode ? "●■▲◆○□△◇" : "o#x+@%&*")[(key + key / Palette.Length) % CurvePanel.Most];
}
