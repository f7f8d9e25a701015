using Grid.Sweeps.Journals;

namespace Grid.Local.Tests.Commands;

/// <summary>What cannot be run is refused before any work, in one line that says where and what to do.</summary>
public sealed class BadInputTests : IDisposable
{
    readonly Workplace _place = new();

    [Theory]
    [InlineData("training: {epochs: 1}", "trainig: {epochs: 1}", "s.yaml:6:1:", "did you mean 'training'?")]
    [InlineData("attack: fgsm", "attack: fsgm", "s.yaml:4:9:", "did you mean 'fgsm'?")]
    [InlineData("attack: fgsm", "attack: {pgd: {stpes: 3}}", "s.yaml:4:16:", "did you mean 'steps'?")]
    [InlineData("attack: fgsm", "attack: {pgd: {steps: many}}", "s.yaml:4:23:", "steps")]
    [InlineData("strength: [0, 0.1]", "strength: [0, -0.1]", "s.yaml:5:15:", "-0.1")]
    [InlineData("strength: [0, 0.1]", "strength: .nan", "s.yaml:5:11:", "strength")]
    [InlineData("strength: [0, 0.1]", "strength: []", "s.yaml:5:11:", "empty")]
    [InlineData("strength: [0, 0.1]", "strength: {from: 0, to: 0.3, count: 20000001}", "s.yaml:5:37:", "1,000,000 values")]
    [InlineData("dataset: digits", "dataset: houses", "s.yaml:3:8:", "use the model linear")]
    [InlineData("attack: fgsm", "attack: price-poisoning", "s.yaml:4:9:", "use label-flip")]
    [InlineData("attack: fgsm", "attack: [fgsm, {label-flip: {mode: [random, targeted], source: 3, target: 12}}]", "s.yaml:4:17:", "12")]
    [InlineData("attack: fgsm", "attack: fgsm\ndefense: [none, {mean-filter: {size: [3, 9]}}]", "s.yaml:5:18:",
        "larger than images of 8 x 8")]
    [InlineData("attack: fgsm", "attack: fgsm\npoison: {label-flip: {strength: [0.5, 1.5]}}", "s.yaml:5:10:", "a fraction, 1 at most")]
    [InlineData("attack: fgsm\nstrength: [0, 0.1]", "attack: label-flip\nstrength: [0, 1.5]", "s.yaml:5:11:", "a fraction, 1 at most")]
    [InlineData("model: softmax", "model: {file: {path: none.safetensors}}", "none.safetensors", "safetensors file")]
    [InlineData("dataset: digits", "dataset: {npz: none.npz}", "none.npz", "a path counts from")]
    [InlineData("dataset: digits", "dataset: {csv: .}", ".: is a folder", "name the file in it")]
    [InlineData("dataset: digits", "dataset: {csv: \"\"}", "The path of a file: is empty", "name the file")]
    [InlineData("dataset: digits", "dataset: {idx: s.yaml}", "s.yaml: is a file", "name the folder")]
    [InlineData("dataset: digits", "dataset: {csv: {path: x.csv, test_fraction: 20}}", "s.yaml:2:", "below 1")]
    public void A_wrong_sweep(string line, string wrong, string where, string what)
    {
        _place.Write("s.yaml", SmallSweep.Replace(line, wrong, StringComparison.Ordinal));

        AssertRefused(_place.Run("run", "s.yaml"), where, what);
    }

    [Theory]
    [InlineData("this is no model, but it is long enough to look like the beginning of one", "no safetensors file")]
    [InlineData("\u0028\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data\":1}}", "header")]
    public void A_file_that_holds_no_model_is_refused_before_any_work(string content, string what)
    {
        _place.Write("m.safetensors", content);
        _place.Write("s.yaml",
            SmallSweep.Replace("model: softmax", "model: {file: {path: m.safetensors, architecture: softmax}}", StringComparison.Ordinal));

        AssertRefused(_place.Run("plan", "s.yaml"), "m.safetensors", what);
    }

    [Fact]
    public void More_than_ten_million_cells_need_a_word_but_are_counted()
    {
        _place.Write("s.yaml", SmallSweep + "\nseeds: 1000000\npoison: [none, {label-flip: {strength: [0.1, 0.2, 0.3, 0.4, 0.5]}}]\n");

        AssertRefused(_place.Run("run", "s.yaml"), "s.yaml", "12,000,000 cells are more than 10,000,000; shorten an axis, or add --yes");
        var plan = _place.Run("plan", "s.yaml");
        Assert.Equal(2, plan.Code);
        Assert.Contains("12,000,000 cells in 6,000,000 groups", plan.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:0", "built without libtorch", "-p:LibTorch=cuda"),
        InlineData("torch-cpu", "built without libtorch", "-p:LibTorch=cpu")]
    [InlineData("gpu", "no such device", "give cpu, cuda:0"), InlineData("CPU", "no such device", "auto")]
    public void A_device_that_is_not_here(string device, string why, string remedy)
    {
        _place.Write("s.yaml", SmallSweep);
        var refused = _place.Run("run", "s.yaml", "--device", device);
        AssertRefused(refused, $"--device {device}", why);
        Assert.Contains(remedy, refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, _place.Run("run", "s.yaml", "--device", "auto").Code);
    }

    [Theory]
    [InlineData("dataset: {npz: gone.npz}\nmodel: softmax", "s.yaml:2:11: gone.npz: no such file")]
    [InlineData("dataset: digits\nmodel: [softmax, onnx: gone.onnx]", "s.yaml:3:18: gone.onnx: ")]
    public void A_file_of_data_or_of_a_model_is_told_of_where_the_sweep_names_it(string files, string place)
    {
        _place.Write("s.yaml", $"name: x\n{files}\nattack: fgsm\nstrength: 0.1\n");
        Assert.StartsWith(place, _place.Run("plan", "s.yaml").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_empty_or_binary_file()
    {
        AssertRefused(_place.Run("run", "none.yaml"), "none.yaml", "there is no such file");
        AssertRefused(_place.Run("run", "no\nne\u001b[31m.yaml"), "no ne [31m.yaml", "there is no such file");
        _place.Environment["GRID_NOTIFY_SECRET_FILE"] = "gone";
        _place.Write("s.yaml", $"{SmallSweep}\nnotify: {{url: 'http://localhost:1/'}}\n");
        AssertRefused(_place.Run("run", "s.yaml"), "GRID_NOTIFY_SECRET_FILE: gone", "no such file");
        _place.Write("s.yaml", "");
        AssertRefused(_place.Run("run", "s.yaml"), "s.yaml", "");
        File.WriteAllBytes(_place["s.yaml"], [0xff, 0xfe, 0, 1, 200]);
        AssertRefused(_place.Run("run", "s.yaml"), "s.yaml", "");
        Directory.CreateDirectory(_place["folder"]);
        AssertRefused(_place.Run("resume", "folder"), "folder", "holds no sweep.yaml");
    }

    [Fact]
    public void A_damaged_data_file()
    {
        _place.Write("s.yaml", SmallSweep.Replace("digits", "mnist", StringComparison.Ordinal));
        _place.Write("data/mnist/train-images-idx3-ubyte", "not images");

        AssertRefused(_place.Run("run", "s.yaml"), "train-images-idx3-ubyte is damaged", "delete it");
    }

    [Fact]
    public void A_journal_of_another_sweep()
    {
        _place.Write("s.yaml", SmallSweep);
        Assert.Equal(0, _place.Run("run", "s.yaml", "--out", "a").Code);
        _place.Write("t.yaml", SmallSweep.Replace("0.1", "0.2", StringComparison.Ordinal));
        Assert.Equal(0, _place.Run("run", "t.yaml", "--out", "a").Code);
        var (s, t) = (Folder("a", "s.yaml"), Folder("a", "t.yaml"));
        File.Copy(Path.Combine(s, "cells.jsonl"), Path.Combine(t, "cells.jsonl"), overwrite: true);

        foreach (var verb in new[] { "run", "resume", "status", "export" })
            AssertRefused(_place.Run(verb, t), "cells.jsonl", "belongs to another sweep");
        Assert.Equal(File.ReadAllBytes(Path.Combine(s, "cells.jsonl")), File.ReadAllBytes(Path.Combine(t, "cells.jsonl")));
    }

    [Fact]
    public void A_folder_of_results_whose_sweep_file_was_edited()
    {
        _place.Write("s.yaml", SmallSweep);
        Assert.Equal(0, _place.Run("run", "s.yaml", "--out", "a").Code);
        var folder = Folder("a", "s.yaml");
        var copy = Path.Combine(folder, "sweep.yaml");

        File.WriteAllText(copy, $"# Only a word.\n{SmallSweep}");
        Assert.Equal(0, _place.Run("status", folder).Code);
        File.WriteAllText(copy, SmallSweep.Replace("0.1", "0.2", StringComparison.Ordinal));
        foreach (var verb in new[] { "status", "curve", "export", "check", "resume" })
            AssertRefused(_place.Run(verb, folder), "sweep.yaml was edited", "run it as a new sweep");
    }

    [Fact]
    public void A_folder_that_another_run_holds()
    {
        _place.Write("s.yaml", SmallSweep);
        Assert.Equal(0, _place.Run("run", "s.yaml", "--out", "a").Code);
        var folder = Folder("a", "s.yaml");

        using (FolderLock.Take(folder))
        {
            AssertRefused(_place.Run("run", "s.yaml", "--out", "a"), folder, $"is in use by another run (process {Environment.ProcessId})");
            var status = _place.Run("status", folder);
            Assert.Contains($"yes, process {Environment.ProcessId}", status.Out, StringComparison.Ordinal);
            Assert.Equal(0, _place.Run("export", folder).Code);
        }

        Assert.Equal(0, _place.Run("run", "s.yaml", "--out", "a").Code);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    [InlineData("/proc/grid")]
    public void A_results_folder_that_cannot_be_made(string results)
    {
        Assert.SkipWhen(results.StartsWith('/') && !OperatingSystem.IsLinux(), "Only Linux has /proc.");
        _place.Write("s.yaml", SmallSweep);
        _place.Write("file", "mine");

        AssertRefused(_place.Run("run", "s.yaml", "--out", results), results.Split('/')[^1], "choose another folder with --out");
        Assert.Equal("mine", File.ReadAllText(_place["file"]));
    }

    [Fact]
    public void A_results_folder_that_is_read_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Who may do everything can write there.");
        _place.Write("s.yaml", SmallSweep);
        Directory.CreateDirectory(_place["closed"]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_place["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        AssertRefused(_place.Run("run", "s.yaml", "--out", "closed"), "closed", "choose another folder with --out");
    }

    [Theory]
    [InlineData("rnu", "did you mean 'run'?")]
    [InlineData("run", "<sweep> is missing")]
    [InlineData("run s.yaml --jbos 3", "did you mean '--jobs'?")]
    [InlineData("run --jobs none s.yaml", "1 or more")]
    [InlineData("run s.yaml --jobs 0", "1 or more")]
    [InlineData("list atacks", "did you mean 'attacks'?")]
    [InlineData("list attacks pdg", "did you mean 'pgd'?")]
    [InlineData("cells s.yaml --status gone", "done, failed, pending")]
    [InlineData("cells s.yaml --attack fsgm", "did you mean 'fgsm'?")]
    [InlineData("models export s.yaml --to m", "--cell")]
    [InlineData("models export s.yaml --cell nothing --to m", "no such cell")]
    [InlineData("models import s.yaml", "safetensors")]
    [InlineData("models import s.yaml --architecture cnnn", "did you mean 'cnn'?")]
    public void A_wrong_command(string command, string what)
    {
        _place.Write("s.yaml", SmallSweep);

        AssertRefused(_place.Run(command.Split(' ')), "", what);
    }

    [Theory]
    [InlineData("help", "plan")]
    [InlineData("help models import", "--architecture")]
    public void Help_is_a_verb_too(string command, string what)
    {
        var (code, output, error) = _place.Run(command.Split(' '));

        Assert.Equal((0, ""), (code, error));
        Assert.Contains(what, output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_of_results_is_gone_on_with_where_it_is()
    {
        _place.Write("mine/sweep.yaml", SmallSweep);

        foreach (var verb in new[] { "check", "curve", "status" })
            Assert.Contains("grid resume mine", _place.Run(verb, "mine").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_may_have_spaces_and_options_may_stand_anywhere()
    {
        _place.Write("my sweeps/the first.yaml", SmallSweep);

        var (code, output, error) = _place.Run("--out", "my results", "run", "--jobs", "1", "my sweeps/the first.yaml", "--no-color");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("grid check \"my results/small-", output, StringComparison.Ordinal);
    }

    public void Dispose() => _place.Dispose();

    const string SmallSweep = """
        name: small
        dataset: digits
        model: softmax
        attack: fgsm
        strength: [0, 0.1]
        training: {epochs: 1}
        evaluation: {samples: 20}
        """;

    string Folder(string results, string spec) => Directory.GetDirectories(_place[results], "small-*")
        .Single(d => File.ReadAllText(Path.Combine(d, "sweep.yaml")) == File.ReadAllText(_place[spec]));

    void AssertRefused(Outcome outcome, string where, string what)
    {
        var (code, output, error) = outcome;
        Assert.True(code == 2, $"exit code {code}: {error}{output}");
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.Contains(where, error, StringComparison.Ordinal);
        Assert.Contains(what, error, StringComparison.Ordinal);
        Assert.False(Path.Exists(_place["results"]), "Something was written.");
    }
}
