using Grid.Sweeps.Curves;
using Spectre.Console;

namespace Grid.Presentation.Tests;

/// <summary>Rows and curves as a sweep would give them, and consoles that write into a string.</summary>
static class Samples
{
    /// <summary>The six published FRIENDS fields, control from (8, 8) and (5, 1) where it is known.</summary>
    public static readonly IReadOnlyList<FriendsRow> Published =
    [
        Row(8, 8, 0.165, 0.116, 0.224, 0.159), Row(10, 8, 0.235, 0.178, 0.300, 0.231), Row(5, 8, 0.090, 0.054, 0.139, 0.101),
        Row(5, 4, 0.080, 0.046, 0.127, 0.065), Row(5, 2, 0.030, 0.011, 0.064, 0.019), Row(5, 1, 0.010, 0.001, 0.036, 0.003),
    ];

    public static FriendsRow Row(
        double noise, double clip, double rate, double low, double high, double control, string defense = "friends", double strength = 1) =>
        new(defense, noise, clip, strength, 200, (long)Math.Round(200 * rate), rate, low, high, control, rate - control,
            rate - control - 0.016, rate - control + 0.016, 0.6, 0.9);

    /// <summary>A full grid with a smooth hill.</summary>
    public static IReadOnlyList<FriendsRow> Square(int size) =>
    [
        .. from i in Enumerable.Range(1, size)
           from j in Enumerable.Range(1, size)
           let rate = 0.5 * Math.Exp(-Math.Pow((i - j) / (0.4 * size), 2)) * i / size
           select Row(i, j / 10.0, rate, rate * 0.9, rate * 1.1, rate * 0.8),
    ];

    /// <summary>Accuracy under FGSM on MNIST for three defenses, 13 strengths.</summary>
    public static IReadOnlyList<SecurityCurve> Curves(string attack = "fgsm", double hardness = 1) =>
    [
        Curve(attack, "none", "pass", 0.986, 0.12 / hardness),
        Curve(attack, "median-filter(passes=2, size=2)", "warn 3", 0.955, 0.17 / hardness),
        Curve(attack, "adversarial-training(attack=fgsm, epsilon=0.3)", "fail 1", 0.979, 0.34 / hardness),
    ];

    public static SecurityCurve Curve(string attack, string defense, string check, double clean, double half) => new(
        "mnist", "cnn", "", attack, defense, "robust_accuracy",
        [
            .. Enumerable.Range(0, 13).Select(i => 0.025 * i).Select(s =>
            {
                var mean = clean / (1 + Math.Exp((s - half) / 0.03)) * (1 + Math.Exp(-half / 0.03));
                var spread = 1.96 * Math.Sqrt(mean * (1 - mean) / 1000) + 0.004;
                return new CurvePoint(Math.Round(s, 3), 1000, mean, Math.Max(0, mean - spread), Math.Min(1, mean + spread), 5, 5);
            }),
        ],
        CurveVerdict.Parse(check));

    public static string Draw(Action<IAnsiConsole> draw, int width = 80, bool unicode = true, ColorSystemSupport colour = ColorSystemSupport.NoColors)
    {
        var text = new StringWriter();
        draw(Console(text, width, unicode, colour));
        return text.ToString();
    }

    public static IAnsiConsole Console(
        TextWriter text, int width = 80, bool unicode = true, ColorSystemSupport colour = ColorSystemSupport.NoColors, bool interactive = false)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = colour == ColorSystemSupport.NoColors && !interactive ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = colour,
            Interactive = interactive ? InteractionSupport.Yes : InteractionSupport.No,
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = unicode;
        return console;
    }
}
