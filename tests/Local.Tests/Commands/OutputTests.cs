using Grid.Lab.Models.Storage;
using Grid.Presentation.Terminal;

namespace Grid.Local.Tests.Commands;

/// <summary>What the verbs print where nobody looks: plain, and no wider than asked.</summary>
public sealed class OutputTests(OutputTests.Finished finished) : IClassFixture<OutputTests.Finished>
{
    [Theory]
    [InlineData("")]
    [InlineData("plan d.yaml")]
    [InlineData("status d.yaml")]
    [InlineData("cells d.yaml")]
    [InlineData("curve d.yaml")]
    [InlineData("curve d.yaml --metric attack_success_rate")]
    [InlineData("check d.yaml")]
    [InlineData("compare d.yaml e.yaml")]
    [InlineData("plan h.yaml")]
    [InlineData("curve h.yaml")]
    [InlineData("compare h.yaml h.yaml")]
    [InlineData("list")]
    [InlineData("list attacks")]
    [InlineData("list pgd")]
    [InlineData("list training")]
    [InlineData("doctor")]
    public void Redirected_it_is_plain_and_80_columns_wide(string command)
    {
        var (code, output, error) = finished.Place.Run(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.True(code is 0 or 3, error);
        Assert.Empty(error);
        Assert.NotEmpty(output);
        Assert.DoesNotContain('\u001b', output);
        Assert.All(output.Split('\n'),
            line => Assert.True(command == "" || TextFit.Width(line) <= 80 || line.Contains('/', StringComparison.Ordinal), line));
    }

    [Fact]
    public void The_progress_of_a_run_is_plain_too()
    {
        Assert.All(finished.Runs, run => Assert.DoesNotContain(run.Out, c => char.IsControl(c) && c != '\n'));
    }

    [Theory]
    [InlineData("d.yaml", "figures/p0-0.pdf", "median-filter")]
    [InlineData("h.yaml", "figures/friends0.pdf", "noise\\_std")]
    public void A_paper_takes_tables_figures_and_text(string sweep, string figure, string says)
    {
        var (code, output, error) = finished.Place.Run("paper", sweep, "--to", $"paper {sweep}", "--json");

        Assert.True(code == 0, error);
        var written = System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("files").EnumerateArray()
            .Select(f => f.GetString()!).ToList();
        Assert.All(written, f => Assert.True(new FileInfo(f).Length > 100, f));
        Assert.Contains(written, f => f.EndsWith(figure, StringComparison.Ordinal));
        Assert.Contains(says, File.ReadAllText(written.Single(f => f.EndsWith("table.tex", StringComparison.Ordinal))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compare d.yaml --defense none --with median-filter", "pairs")]
    [InlineData("compare d.yaml e.yaml", "pairs")]
    [InlineData("run d.yaml", "sweep")]
    [InlineData("export d.yaml", "files")]
    [InlineData("models show softmax --dataset digits", "tensors")]
    [InlineData("models export d.yaml --all --to taken", "files")]
    [InlineData("new begun.yaml", "files")]
    [InlineData("doctor", "needs")]
    public void What_programs_read_is_one_document(string command, string member)
    {
        var (code, output, error) = finished.Place.Run([.. command.Split(' '), "--json"]);

        Assert.True(code == 0, error);
        Assert.True(System.Text.Json.JsonDocument.Parse(output).RootElement.TryGetProperty(member, out _), output);
    }

    [Fact]
    public void Without_a_width_a_table_is_not_cut()
    {
        finished.Place.Environment["COLUMNS"] = "";
        var output = finished.Place.Run("cells", "h.yaml").Out;
        finished.Place.Environment.Remove("COLUMNS");

        Assert.Contains("friends(clip_threshold=1, noise_std=5)", output, StringComparison.Ordinal);
        Assert.Equal(54, output.Split('\n').Count(l => l.Contains("  done  ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Compare_finds_no_difference_between_a_sweep_and_itself()
    {
        var output = finished.Place.Run("compare", "h.yaml", "h.yaml").Out;

        var rows = output.Split('\n').Where(l => l.EndsWith("1.000", StringComparison.Ordinal)).ToList();
        Assert.Equal(27, rows.Count);
        // Those of trials are not paired.
        Assert.Equal(45, output.Split('\n').Count(l => l.Contains("  0.0 [-", StringComparison.Ordinal)));
        Assert.All(rows, row => Assert.Matches(@"  0\.0 \[-.* 0 +0 +1\.000$", row));
        Assert.DoesNotContain("Only in", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_names_what_one_has_alone()
    {
        var output = finished.Place.Run("compare", "d.yaml", "e.yaml").Out;

        Assert.Contains("fgsm against none (digits, softmax)\nstrength", output, StringComparison.Ordinal);
        var alone = output[output.IndexOf("Only in A:", StringComparison.Ordinal)..];
        Assert.Contains("noise against none", alone, StringComparison.Ordinal);
        Assert.DoesNotContain("Only in B:", alone, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_plan_knows_what_is_done_and_how_long_it_takes()
    {
        var place = finished.Place;
        Assert.Contains("known       24, so 0 to run", place.Run("plan", "d.yaml").Out, StringComparison.Ordinal);

        place.Write("more.yaml", SmallSweeps.Digits.Replace("seeds: 2", "seeds: [5]", StringComparison.Ordinal));
        var plan = place.Run("plan", "more.yaml").Out;
        Assert.Contains("known       0, so 12 to run", plan, StringComparison.Ordinal);
        // None: clean; label-flip: at 0.1. The control at 0 is the clean model.
        Assert.Contains("models      2 to train", plan, StringComparison.Ordinal);
        Assert.Contains("time        about ", plan, StringComparison.Ordinal);

        place.Write("other.yaml", SmallSweeps.Digits.Replace("[fgsm, noise, label-flip]", "pgd", StringComparison.Ordinal));
        Assert.Contains("no earlier run to estimate from", place.Run("plan", "other.yaml").Out, StringComparison.Ordinal);

        var refused = place.Run("run", "more.yaml", "--budget", "1ms");
        Assert.Equal((2, true), (refused.Code, refused.Out.Contains("label-flip", StringComparison.Ordinal)));
        Assert.Contains("more than --budget 1ms", refused.Error, StringComparison.Ordinal);
        Assert.Contains("is not known", place.Run("run", "other.yaml", "--budget", "2h").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_takes_over_what_another_has_measured()
    {
        var place = finished.Place;
        place.Write("part.yaml", SmallSweeps.Digits.Replace("seeds: 2", "seeds: 1", StringComparison.Ordinal));
        Assert.Contains("shared      12 of those are known", place.Run("plan", "part.yaml").Out, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(place["results"], "*.*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) is "cells.jsonl" or "plan.json" or "sweep.yaml"))
            place.Write(Path.Combine("copy", Path.GetRelativePath(place["results"], file)), File.ReadAllText(file));
        var before = Measured(place["copy"]);

        Assert.Equal(0, place.Run("run", "part.yaml", "--out", "copy").Code);

        // The same times: nothing was measured again.
        var after = Measured(place["copy"]);
        Assert.Equal(12, after.Count - before.Count);
        Assert.Equal(before.Distinct().Order(), after.Distinct().Order());

        static List<string> Measured(string folder) => [.. Directory.GetFiles(folder, "cells.jsonl", SearchOption.AllDirectories)
            .SelectMany(f => File.ReadAllLines(f).Skip(1)).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Select(cell => $"{cell.GetProperty("cell")} {cell.GetProperty("seconds")}")];
    }

    [Fact]
    public void Export_writes_what_the_run_wrote()
    {
        var place = finished.Place;
        Assert.Equal(0, place.Run("export", "d.yaml", "--to", "copy").Code);
        var folder = Directory.GetDirectories(place["results"], "digits-*")
            .Single(d => File.ReadAllText(Path.Combine(d, "sweep.yaml")) == SmallSweeps.Digits);

        foreach (var table in new[] { "cells.csv", "curves.csv" })
            Assert.Equal(File.ReadAllText(Path.Combine(folder, table)), File.ReadAllText(Path.Combine(place["copy"], table)));
    }

    [Fact]
    public void A_model_goes_out_and_comes_in_again()
    {
        var place = finished.Place;
        var row = place.Run("cells", "d.yaml", "--attack", "fgsm", "--limit", "1").Out.Split('\n')[1];
        Assert.Equal(0, place.Run("models", "export", "d.yaml", "--cell", row[..8], "--to", "m.safetensors").Code);
        Assert.Equal(2, place.Run("models", "export", "d.yaml", "--cell", row[..8], "--to", "m.safetensors").Code);

        var (code, output, error) = place.Run("models", "import", "m.safetensors", "--architecture", "softmax", "--dataset", "digits");
        var (_, json, _) = place.Run("models", "import", "m.safetensors", "--architecture", "softmax", "--dataset", "digits", "--json");
        var document = System.Text.Json.JsonDocument.Parse(json).RootElement;
        Assert.Equal("dataset: digits", document.GetProperty("spec")[0].GetString());
        var cell = System.Text.Json.JsonDocument.Parse(place.Run("cells", "d.yaml", "--attack", "fgsm", "--limit", "1", "--json").Out)
            .RootElement.GetProperty("cells")[0];
        Assert.Contains($"-{row[..8]}", cell.GetProperty("cell").GetString(), StringComparison.Ordinal);
        Assert.Equal(cell.GetProperty("measurements").GetProperty("test_accuracy").GetProperty("value").GetDouble(),
            document.GetProperty("test_accuracy").GetDouble());
        Assert.Equal((0, ""), (code, error));
        place.Write("own.yaml", "name: own\n" + string.Join('\n', output.TrimEnd().Split('\n')[^2..].Select(l => l.Trim()))
            + "\nattack: fgsm\nstrength: [0, 0.1]\nevaluation: {samples: 100}\n");
        Assert.Equal(0, place.Run("run", "own.yaml", "--out", "own").Code);

        string Clean(string results, string sweep) =>
            place.Run("cells", sweep, "--out", results, "--attack", "fgsm", "--defense", "none", "--limit", "2").Out.Split('\n')[2]
                .Split("done", 2)[1].Split('\n')[0];
        Assert.Equal(Clean("results", "d.yaml"), Clean("own", "own.yaml"));
    }

    [Fact]
    public void A_file_whose_dense_layers_count_as_Keras_does_is_told_of_with_the_remedy()
    {
        var place = finished.Place;
        place.Write("keras.yaml",
            "name: keras\ndataset: digits\nmodel: cnn\ntraining: {epochs: 3}\n"
            + "attack: fgsm\nstrength: [0, 0.1]\nevaluation: {samples: 20}\n");
        Assert.Equal(0, place.Run("run", "keras.yaml", "--out", "keras").Code);
        var row = place.Run("cells", "keras.yaml", "--out", "keras", "--limit", "1").Out.Split('\n')[1];
        Assert.Equal(0, place.Run("models", "export", "keras.yaml", "--out", "keras", "--cell", row[..8], "--to", "chw.safetensors").Code);
        Safetensors.Write(place["hwc.safetensors"], [.. Safetensors.Read(place["chw.safetensors"])
            .Select(t => t.Name == "fc1.weight" ? t with { Values = ChannelsLast(t.Values, t.Shape[1] / 4) } : t)]);

        var (code, output, error) = place.Run("models", "import", "hwc.safetensors", "--dataset", "digits");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("With flatten: hwc it is", output, StringComparison.Ordinal);
        Assert.EndsWith(
            "model: {file: {path: hwc.safetensors, architecture: cnn, flatten: hwc}}", output.TrimEnd(), StringComparison.Ordinal);

        // Of 2 x 2 pixels.
        static float[] ChannelsLast(float[] weights, int channels) =>
            [.. weights.Select((_, i) => weights[i - i % (4 * channels) + i % channels * 4 + i / channels % 4])];
    }

    [Fact]
    public void Every_model_of_a_sweep_is_exported_once_and_trained_again_if_it_is_gone()
    {
        var place = finished.Place;
        place.Write("models.yaml", SmallSweeps.Digits.Replace("name: digits", "name: kept", StringComparison.Ordinal));

        var output = place.Run("models", "export", "models.yaml", "--all", "--to", "models", "--out", "nothing").Out;

        // Clean and flipped, two seeds.
        Assert.Equal(4, Directory.GetFiles(place["models"]).Length);
        Assert.Equal(4, output.Split('\n').Count(l => l.StartsWith("Training ", StringComparison.Ordinal)));
    }

    /// <summary>Two sweeps of digits, one a part of the other, and one of houses, all run.</summary>
    public sealed class Finished : IDisposable
    {
        public Finished()
        {
            Place.Write("h.yaml", SmallSweeps.Houses);
            Place.Write("d.yaml", SmallSweeps.Digits);
            Place.Write("e.yaml", SmallSweeps.Digits.Replace("[fgsm, noise, label-flip]", "fgsm", StringComparison.Ordinal));
            foreach (var sweep in new[] { "h.yaml", "d.yaml", "e.yaml" }) Runs.Add(Place.Run("run", sweep));
            Assert.All(Runs, run => Assert.Equal((0, ""), (run.Code, run.Error)));
        }

        internal Workplace Place { get; } = new();

        internal List<Outcome> Runs { get; } = [];

        public void Dispose() => Place.Dispose();
    }
}
