namespace Grid.Local.Tests.Commands;

/// <summary>Sweeps of a second or so, of each kind.</summary>
static class SmallSweeps
{
    /// <summary>54 cells, none of which needs a model.</summary>
    public const string Houses = """
        name: houses
        dataset: houses
        model: linear
        attack: price-poisoning
        defense: {friends: {noise_std: [5, 8, 10], clip_threshold: [1, 2, 8]}}
        strength: [0, 1, 2]
        seeds: 2
        evaluation: {trials: 150}
        """;

    /// <summary>24 cells on three trained models: evasion and poisoning.</summary>
    public const string Digits = """
        name: digits
        dataset: digits
        model: softmax
        training: {epochs: 2}
        attack: [fgsm, noise, label-flip]
        defense: [none, median-filter]
        strength: [0, 0.1]
        seeds: 2
        evaluation: {samples: 100}
        """;

    public static string Of(string name) => name == "houses" ? Houses : Digits;

    /// <summary>The tables of a sweep without what may differ between two runs: how long, how often and where.</summary>
    public static string Tables(Workplace place) => string.Join('\n',
        from file in new[] { "cells.csv", "curves.csv", "friends.csv" }
        where File.Exists(Path.Combine(place.Results, file))
        select $"{file}\n{Timeless(place.Read(file))}");

    static string Timeless(string csv)
    {
        var rows = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Fields).ToList();
        var kept = Enumerable.Range(0, rows[0].Count).Where(i => rows[0][i] is not ("seconds" or "attempts" or "host")).ToList();
        return string.Join('\n', rows.Select(r => string.Join('|', kept.Select(i => r[i]))));
    }

    static List<string> Fields(string row)
    {
        var (fields, quoted) = (new List<string> { "" }, false);
        foreach (var c in row)
        {
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) fields.Add("");
            else fields[^1] += c;
        }

        return fields;
    }
}
