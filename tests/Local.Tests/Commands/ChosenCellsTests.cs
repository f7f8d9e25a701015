using System.Text.Json;

namespace Grid.Local.Tests.Commands;

/// <summary>Sweeps whose cells are chosen as it goes: by a rule, by a search, or by a budget.</summary>
public sealed class ChosenCellsTests : IDisposable
{
    const string Digits = """
        name: chosen
        dataset: digits
        model: softmax
        training: {epochs: 2}
        attack: ATTACK
        strength: STRENGTH
        seeds: 4
        evaluation: {samples: 400}
        """;

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    string Good(params string[] arguments)
    {
        var outcome = _place.Run(arguments);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        return outcome.Out;
    }

    void Write(string file, string attack, string strength) => _place.Write(file,
        Digits.Replace("ATTACK", attack, StringComparison.Ordinal).Replace("STRENGTH", strength, StringComparison.Ordinal));

    // What is asked for is told while it is not known how much more will be.
    [Theory]
    [InlineData("{find: 0.5, within: 0.01, to: 0.3}")]
    [InlineData("{precision: 4%, at: [0.05, 0.1]}")]
    public void Status_counts_what_is_asked_for(string strength)
    {
        Write("c.yaml", "[fgsm, pgd: {steps: 5}]", strength);
        Assert.Matches("cells       at most ", Good("plan", "c.yaml"));
        Good("run", "c.yaml");
        var cells = File.ReadAllLines(Path.Combine(_place.Results, "cells.csv")).Length - 1;
        Assert.Contains($"cells       {cells}: {cells} done, 0 failed, 0 pending", Good("status", "c.yaml"), StringComparison.Ordinal);
        Assert.Matches($"finished +{cells} +{cells} +0 ", Good("status"));

        // Of the journal's lines a few are left: there is more to do, whoever is asked.
        File.WriteAllLines(_place.Journal, File.ReadAllLines(_place.Journal).Take(6));
        using var open = JsonDocument.Parse(Good("status", "c.yaml", "--json"));
        var sweep = open.RootElement.GetProperty("sweep");
        Assert.Equal(("open", 5), (sweep.GetProperty("state").GetString(), sweep.GetProperty("done").GetInt32()));
        var asked = sweep.GetProperty("cells").GetInt32();
        Assert.True(asked > 5);
        var status = Good("status", "c.yaml");
        Assert.Contains($"cells       {asked}: 5 done, 0 failed, {asked - 5} pending", status, StringComparison.Ordinal);
        Assert.Contains("Go on with:", status, StringComparison.Ordinal);
        Assert.Matches($"open +{asked} +5 +0 ", Good("status"));

        // And it goes on to the same cells.
        Good("resume", _place.Results);
        Assert.Equal(cells, File.ReadAllLines(Path.Combine(_place.Results, "cells.csv")).Length - 1);
    }

    // The label-flip poison has a network of each strength and seed, beside the clean one of each seed.
    [Theory]
    [InlineData("{pgd: {steps: 5}}", "{precision: 4%, at: [0.05, 0.1]}", 5, 9)]
    [InlineData("label-flip", "{precision: 4%, at: [0.05, 0.1]}", 15, 27)]
    [InlineData("label-flip", "{adaptive: 5, to: 0.3}", 27, 45)]
    [InlineData("{pgd: {steps: 5}}", "{adaptive: 5, to: 0.3}", 9, 9)]
    [InlineData("label-flip", "[0.05, 0.1]", 27, 27)]
    public void A_plan_tells_the_models_of_the_first_cells_and_of_all_that_there_may_be(string attack, string strength, int first, int most)
    {
        Write("c.yaml", attack, strength);
        _place.Write("c.yaml", File.ReadAllText(_place["c.yaml"]).Replace("seeds: 4", "seeds: 9", StringComparison.Ordinal));
        var atMost = first == most ? "\n" : $" at first, at most {most}\n";
        Assert.Matches($"models      {first} to train{atMost}", Good("plan", "c.yaml"));
        using var plan = JsonDocument.Parse(Good("plan", "c.yaml", "--json"));
        Assert.Equal((first, most),
            (plan.RootElement.GetProperty("models_to_train").GetInt32(), plan.RootElement.GetProperty("models_at_most").GetInt32()));
    }

    [Fact]
    public void A_search_over_an_attack_shows_what_it_tried_and_found()
    {
        Write("s.yaml", "{search: {pgd: {steps: [1, 10], step_size: [0.01, 0.25]}, budget: 4}}", "[0.1]");
        Assert.Matches(@"tried +accuracy +samples +found\n *pgd\(.*seeds", Good("run", "s.yaml"));
        var heading = File.ReadLines(Path.Combine(_place.Results, "cells.csv")).First();
        Assert.Contains("search_chosen,search_forward_passes,search_gradient_passes", heading, StringComparison.Ordinal);
        Assert.Contains("\"tried pgd(step_size=0.25, steps=10)\"", heading, StringComparison.Ordinal);
        Assert.Contains("Searches over attacks", _place.Read("report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_that_are_too_many_for_a_budget_are_left_out()
    {
        foreach (var seeds in new[] { "1", "[6, 7]", "[6, 7, 8]" })
        {
            Write($"{seeds.Length}.yaml", "fgsm", "[0.1]");
            _place.Write($"{seeds.Length}.yaml",
                File.ReadAllText(_place[$"{seeds.Length}.yaml"]).Replace("seeds: 4", $"seeds: {seeds}", StringComparison.Ordinal));
        }

        // Where no cell was measured nothing is left out.
        Assert.Contains("is not known", _place.Run("run", "9.yaml", "--budget", "1h", "--trim").Error, StringComparison.Ordinal);
        Assert.Contains("--trim goes with --budget", _place.Run("run", "9.yaml", "--trim").Error, StringComparison.Ordinal);
        Good("run", "1.yaml");
        using var plan = JsonDocument.Parse(Good("plan", "6.yaml", "--json"));
        var budget = FormattableString.Invariant($"{1000 * plan.RootElement.GetProperty("seconds_high").GetDouble() * 1.01:F9}ms");
        Assert.Contains("it fits with 2 seeds", _place.Run("run", "9.yaml", "--jobs", "1", "--budget", budget).Error,
            StringComparison.Ordinal);
        Assert.Contains("1 seed of 3 is left out: 8", Good("run", "9.yaml", "--jobs", "1", "--budget", budget, "--trim"),
            StringComparison.Ordinal);
        Assert.Contains(Directory.GetFiles(_place["results"], "sweep.yaml", SearchOption.AllDirectories),
            file => File.ReadAllText(file) == File.ReadAllText(_place["6.yaml"]));
    }
}
