using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>
/// The shades of heat maps: viridis, which rises evenly in lightness and so survives colour blindness and a grey printer; characters where
/// there is no colour.
/// </summary>
public static class ColorRamp
{
    // Nine stops of matplotlib's viridis.
    static readonly Color[] Stops =
    [
        new(0x44, 0x01, 0x54), new(0x47, 0x2d, 0x7b), new(0x3b, 0x52, 0x8b), new(0x2c, 0x72, 0x8e), new(0x21, 0x91, 0x8c),
        new(0x28, 0xae, 0x80), new(0x5e, 0xc9, 0x62), new(0xad, 0xdc, 0x30), new(0xfd, 0xe7, 0x25),
    ];

    /// <param name="share">Place on the ramp, in [0, 1]; values outside are clamped.</param>
    public static Color At(double share)
    {
        var place = Math.Clamp(share, 0, 1) * (Stops.Length - 1);
        var below = Math.Min((int)place, Stops.Length - 2);
        return Stops[below].Blend(Stops[below + 1], (float)(place - below));
    }

    /// <summary>Black or white, whichever reads better on the colour (WCAG 2 contrast; never below 4.5 : 1).</summary>
    public static Color On(Color background) => Luminance(background) > 0.179 ? Color.Black : new Color(255, 255, 255);

    /// <summary>
    /// One of five shades for a value in [0, 1]. <paramref name="faint"/> marks the lowest, where a blank means "not run".
    /// </summary>
    public static char Shade(double share, bool unicode, bool faint = false)
    {
        var level = (int)Math.Min(4, Math.Clamp(share, 0, 1) * 5);
        return level == 0 && faint ? (unicode ? '·' : '.') : (unicode ? " ░▒▓█" : " -+*#")[level];
    }

    public static double Luminance(Color colour)
    {
        static double Linear(byte channel)
        {
            var c = channel / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Linear(colour.R) + 0.7152 * Linear(colour.G) + 0.0722 * Linear(colour.B);
    }
}
