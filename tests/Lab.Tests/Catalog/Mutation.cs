using System.Text;
using System.Text.RegularExpressions;

namespace Grid.Lab.Tests.Catalog;

/// <summary>Texts near and far from sweep files, each a function of its seed.</summary>
sealed partial class Mutation(IReadOnlyList<string> files)
{
    const string Alphabet = "aeinorst019 \n\n:-,.{}[]'\"#&*!|>%@`?~_";

    static readonly string[] Tokens =
    [
        "", " ", "\n", "\t", "\r\n", ":", ": ", "- ", "[", "]", "{", "}", ",", "'", "\"", "#", "&a ", "*a", "!!int ", "? ", "|", ">",
        "%YAML 9.9\n", "@", "`", "---\n", "...\n",
        "0", "-0", "-1", "1e999", "-1e308", ".nan", ".inf", "-.inf", "1e7", "1000000000", "99999999999999999999", "0x7fffffffffffffff",
        "0o777", "1e-324", "9007199254740993",
        "{from: 0, to: 1, count: 1000000000}", "{from: 1, to: 1e300, step: 1e-300}", "{from: 1, to: 1000000}",
        "{from: 1e-300, to: 1e300, count: 7, scale: log}",
        "from", "to", "count", "step", "scale: log", "~", "null", "true", "none", "seeds: 1000000", "strength", "seed", "trials: 3",
        "parts", "when", "exclude", "if", "set",
        "priority: 10", "limits: {timeout: 20m}", "limits: {timeout: 99999999h}", "retries: {give_up: [a]}", "20m", "<<", "  ", "\\", "\\x",
        "\0", "\u0007", "\u0085", "\u2028",
        "\ufeff", "\u202e", "\ud83d\ude00", "e\u0301\u0301\u0301", "\ud800", "\udc00", "\uffff", "ä",
    ];

    public string Text(int seed)
    {
        var random = new Random(seed);
        if (random.Next(20) == 0) return Noise(random);
        var text = files[random.Next(files.Count)];
        for (var edits = 1 + random.Next(random.Next(2) == 0 ? 2 : 8); edits > 0; edits--) text = Edited(text, random);
        return text;
    }

    static string Noise(Random random) => string.Concat(Enumerable.Range(0, random.Next(400)).Select(
        _ => random.Next(6) == 0 ? Tokens[random.Next(Tokens.Length)] : Alphabet[random.Next(Alphabet.Length)].ToString()));

    string Edited(string text, Random random)
    {
        var (at, length) = Range(text, random);
        var piece = text.Substring(at, length);
        switch (random.Next(11))
        {
            case 0: return FlippedBit(text, random);
            case 1: return Swapped(text, random);
            case 2: return text.Remove(at, length);
            case 3: return text.Insert(random.Next(text.Length + 1), piece);
            case 4: return text.Insert(at, string.Concat(Enumerable.Repeat(piece, random.Next(1, 60))));
            case 5: return Replaced(text, Numbers(), random, Tokens[random.Next(Tokens.Length)]);
            case 6: return Replaced(text, Words(), random, Tokens[random.Next(Tokens.Length)]);
            case 7: return text.Insert(at, Nested(random));
            case 8: return text.Insert(at, new string("x0-é\u4e2d:[ "[random.Next(8)], random.Next(6000)));
            case 9:
                var other = files[random.Next(files.Count)];
                var (from, count) = Range(other, random);
                return text.Remove(at, length).Insert(at, other.Substring(from, count));
            default: return text.Insert(at, Tokens[random.Next(Tokens.Length)]);
        }
    }

    /// <summary>A few characters, or some whole lines.</summary>
    static (int At, int Length) Range(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        if (random.Next(2) == 0) return (at, Math.Min(random.Next(20), text.Length - at));
        at = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var end = at;
        for (var lines = 1 + random.Next(3); lines > 0 && end < text.Length; lines--)
            end = text.IndexOf('\n', end) is >= 0 and var next ? next + 1 : text.Length;
        return (at, end - at);
    }

    static string FlippedBit(string text, Random random)
    {
        if (text.Length == 0) return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return Encoding.UTF8.GetString(bytes);
    }

    static string Swapped(string text, Random random)
    {
        var tokens = Pieces().Matches(text).Select(m => m.Value).ToArray();
        if (tokens.Length == 0) return text;
        var (a, b) = (random.Next(tokens.Length), random.Next(tokens.Length));
        (tokens[a], tokens[b]) = (tokens[b], tokens[a]);
        return string.Concat(tokens);
    }

    static string Replaced(string text, Regex what, Random random, string by) =>
        what.Matches(text) is { Count: > 0 } found && found[random.Next(found.Count)] is var one
            ? text.Remove(one.Index, one.Length).Insert(one.Index, by)
            : text;

    static string Nested(Random random)
    {
        var depth = random.Next(random.Next(4) == 0 ? 3000 : 40);
        return random.Next(5) switch
        {
            0 => new string('[', depth),
            1 => string.Concat(Enumerable.Repeat("{a: ", depth)),
            2 => string.Concat(Enumerable.Range(0, Math.Min(depth, 200)).Select(i => new string(' ', i) + "a:\n")),
            3 => string.Concat(Enumerable.Repeat("- ", depth)),
            _ => new string('[', depth) + new string(']', depth),
        };
    }

    [GeneratedRegex(@"[0-9]+(\.[0-9]+)?")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"[A-Za-z0-9_.-]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"[A-Za-z0-9_.-]+|\s+|.", RegexOptions.Singleline)]
    private static partial Regex Pieces();
}
