using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Grid.Local.Tests.Commands;

/// <summary>What a program asks of <c>grid</c>, and what a person does by name.</summary>
public sealed class ProgramsTests : IDisposable
{
    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Sweeps_go_by_name_and_answer_in_JSON()
    {
        Assert.Contains("holds no results yet", _place.Run("status").Out, StringComparison.Ordinal);
        _place.Write("s.yaml", SmallSweeps.Digits);
        Assert.Equal(0, _place.Run("run", "s.yaml").Code);
        var id = Path.GetFileName(_place.Results);

        Assert.Contains($"{id}  finished", _place.Run("status").Out, StringComparison.Ordinal);
        var sweep = Json("status").GetProperty("sweeps")[0];
        Assert.Equal((id, "finished", 24),
            (sweep.GetProperty("id").GetString(), sweep.GetProperty("state").GetString(), sweep.GetProperty("done").GetInt32()));
        var started = sweep.GetProperty("submitted").GetDateTimeOffset();
        Assert.True(started <= sweep.GetProperty("last_cell").GetDateTimeOffset());
        Assert.True(JsonElement.DeepEquals(sweep, Json("status", "digits").GetProperty("sweep")));

        // Its start stays what it was.
        _place.Run("run", "s.yaml");
        Assert.Equal(started, Json("status", "digits").GetProperty("sweep").GetProperty("submitted").GetDateTimeOffset());

        Assert.Equal((24, 3), (Json("cells", "digits", "--limit", "3").GetProperty("total").GetInt32(),
            Json("cells", "digits", "--limit", "3").GetProperty("cells").GetArrayLength()));
        var curves = Json("curve", "digits", "--attack", "fgsm", "--metric", "robust_accuracy").GetProperty("curves");
        Assert.Equal(["none", "median-filter"], curves.EnumerateArray().Select(c => c.GetProperty("defense").GetString()));
        Assert.True(Json("check", "digits").GetProperty("verdicts").GetArrayLength() > 0);
        Assert.Equal((24, 24), (Json("plan", "s.yaml").GetProperty("cells").GetInt32(),
            Json("plan", "digits").GetProperty("known").GetInt32()));
        Assert.Equal("pgd", Json("list", "attacks", "pgd").GetProperty("entries")[0].GetProperty("name").GetString());

        var filtered = _place.Run("curve", "digits", "--attack", "fgsm").Out;
        Assert.Contains("fgsm", filtered, StringComparison.Ordinal);
        Assert.DoesNotContain("noise", filtered, StringComparison.Ordinal);
        Assert.Contains("did you mean 'fgsm'?", _place.Run("curve", "digits", "--attack", "fgms").Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'digits'?", _place.Run("status", "digist").Error, StringComparison.Ordinal);

        var exported = _place.Run("export", "digits", "--format", "parquet", "--format", "mlflow", "--to", "out");
        Assert.Equal((0, ""), (exported.Code, exported.Error));
        Assert.True(File.Exists(Path.Combine(_place["out"], "cells.parquet")));
        Assert.False(File.Exists(Path.Combine(_place["out"], "cells.csv")));
    }

    [Theory]
    [InlineData("pgd", "digits"), InlineData("label-flip", "digits"), InlineData("spatial", "mnist"), InlineData("deepfool", "digits")]
    public void A_new_sweep_file_can_be_planned(string attack, string dataset)
    {
        var made = _place.Run("new", "first", "--attack", attack, "--dataset", dataset);
        Assert.Equal((0, ""), (made.Code, made.Error));
        Assert.Contains("grid plan first.yaml", made.Out, StringComparison.Ordinal);
        Assert.Contains("exists already", _place.Run("new", "first.yaml").Error, StringComparison.Ordinal);
        if (dataset == "digits") Assert.Equal(0, _place.Run("plan", "first.yaml").Code);
    }

    [Fact]
    public void Shells_can_complete()
    {
        Assert.Contains("complete -o default", _place.Run("completion", "bash").Out, StringComparison.Ordinal);
        var line = "curve --at";
        Assert.Equal("--attack", _place.Run($"[suggest:{line.Length}]", line).Out.Trim());
        Assert.Contains("status", _place.Run("[suggest:2]", "st").Out.Split('\n'));
    }

    [Fact]
    public async Task A_run_says_where_the_file_wants_it_that_it_is_over()
    {
        using var hook = new HttpListener();
        hook.Prefixes.Add($"http://localhost:{FreePorts.Next()}/");
        hook.Start();
        _place.Write("s.yaml", $"notify: {{url: {hook.Prefixes.Single()}done}}\n{SmallSweeps.Digits}");
        var run = Task.Run(() => _place.Run("run", "s.yaml"));
        var context = await hook.GetContextAsync();
        using var notice = await JsonDocument.ParseAsync(context.Request.InputStream);
        context.Response.StatusCode = 404;
        context.Response.Close();

        Assert.Equal(("done", 24),
            (notice.RootElement.GetProperty("event").GetString(), notice.RootElement.GetProperty("done").GetInt32()));
        Assert.Contains("could not be notified: it answered 404", (await run).Error, StringComparison.Ordinal);
        Assert.Contains("begins with https://", _place.Run("plan", Wrong("notify: {url: ftp://x/}")).Error, StringComparison.Ordinal);
        Assert.Contains("write it under 'notify'", _place.Run("plan", Wrong("url: http://x/")).Error, StringComparison.Ordinal);

        string Wrong(string line)
        {
            _place.Write("wrong.yaml", $"{line}\n{SmallSweeps.Digits}");
            return "wrong.yaml";
        }
    }

    JsonElement Json(params string[] arguments)
    {
        var outcome = _place.Run([.. arguments, "--json"]);
        Assert.True(outcome is { Code: 0, Error: "" }, $"{string.Join(' ', arguments)}: {outcome.Error}");
        return JsonDocument.Parse(outcome.Out).RootElement;
    }
}
