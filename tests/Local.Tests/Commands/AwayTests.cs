namespace Grid.Local.Tests.Commands;

/// <summary>Results are looked at without what they were made from.</summary>
public sealed class AwayTests : IDisposable
{
    const string Sweep = """
        name: away
        dataset: {csv: {path: d.csv, scale: 16}}
        model: softmax
        training: {epochs: 1}
        attack: fgsm
        strength: [0.1]
        evaluation: {samples: 50}
        """;

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Finished_results_need_neither_data_nor_the_folder_they_were_made_in()
    {
        var made = Made();
        string[] Shown(string sweep) =>
            [.. new[] { "status", "cells", "curve", "check", "export" }.Select(verb => Said(verb, sweep)), Said("compare", sweep, sweep)];
        var before = Shown(_place.Results);
        File.Delete(_place["d.csv"]);
        var moved = _place["elsewhere"];
        Directory.Move(_place.Results, moved);

        Assert.Equal(before.Select(Placeless), Shown(moved).Select(Placeless));
        Directory.Move(moved, made);
        Assert.Contains("2 done", Said("status", _place["s.yaml"]), StringComparison.Ordinal);

        string Placeless(string text) => text.Replace(made, "", StringComparison.Ordinal).Replace(moved, "", StringComparison.Ordinal)
            .Replace($"results/{Path.GetFileName(made)}", "", StringComparison.Ordinal)
            .Replace("elsewhere", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal)
            .ReplaceLineEndings("");
    }

    [Fact]
    public void Data_that_has_changed_is_named_with_both_hashes()
    {
        var made = Made();
        var then = Sha256();
        File.AppendAllText(_place["d.csv"], "0,0,0\n");

        var told = Said("check", made);
        Assert.Contains("d.csv has changed since these results were made", told.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains(then, told, StringComparison.Ordinal);
        Assert.Contains(Sha256(), told, StringComparison.Ordinal);
        var refused = _place.Run("resume", made);
        Assert.Equal(2, refused.Code);
        Assert.Contains($"its SHA-256 was {then} and is {Sha256()}; restore the file, or run the sweep file as a new sweep",
            refused.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    string Sha256() => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_place["d.csv"])));

    string Said(params string[] arguments)
    {
        var said = _place.Run(arguments);
        Assert.True(said.Code is 0 or 3, said.Error);
        Assert.Empty(said.Error);
        return said.Out;
    }

    string Made()
    {
        _place.Write("d.csv", string.Concat(Enumerable.Range(0, 200).Select(i => $"{16 * (i % 2)},{i % 16},{i % 2}\n")));
        _place.Write("s.yaml", Sweep);
        Said("run", "s.yaml");
        return _place.Results;
    }
}
