using System.Collections.Immutable;
using System.Text.Json;
using Grid.Presentation.Documents;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;

namespace Grid.Presentation.Tests.Documents;

/// <summary>What programs read, as it is written: a member may be added here, and none may change.</summary>
public sealed class DocumentTests
{
    static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 30, 0, TimeSpan.Zero);

    static readonly CatalogTraits Terms = new(new Vocabulary([]), (_, choice) => choice.ToString(), _ => false);

    static readonly SweepDocument Sweep = new("small-0123abcd", "small", "running", "ada", 5, 60, 50, 2, 4, 12.5, 0.75, Noon, null,
        Noon.AddMinutes(1));

    [Fact]
    public void A_list_of_sweeps() => Same(
        """
        {"sweeps":[{"id":"small-0123abcd","name":"small","state":"running","owner":"ada","priority":5,"cells":60,"done":50,"failed":2,
        "running":4,
        "cells_per_second":12.5,"seconds_left":0.75,"submitted":"2026-01-02T12:30:00+00:00","finished":null,
        "last_cell":"2026-01-02T12:31:00+00:00"}]}
        """,
        new SweepsDocument([Sweep]));

    [Fact]
    public void The_status_of_one()
    {
        var status = new StatusDocument(Sweep, "9 cells failed", [new("silo-2/cpu:0", "pgd")], [new("a.b-1", "loss is NaN", "experiment")],
            ["pause", "retry"]);
        var text = JsonSerializer.Serialize(status, DocumentJson.Compact);
        Assert.EndsWith(
            ",\"reason\":\"9 cells failed\",\"work\":[{\"worker\":\"silo-2/cpu:0\",\"doing\":\"pgd\"}],"
            + "\"failures\":[{\"cell\":\"a.b-1\",\"reason\":\"loss is NaN\",\"kind\":\"experiment\"}],\"actions\":[\"pause\",\"retry\"]}",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public void Submissions_actions_and_workers()
    {
        Same("""{"sweep":"s-1","is_new":true,"cells":60,"known":12,"is_planning":false}""",
            new SubmissionDocument("s-1", true, 60, 12, false));
        Same("""{"sweep":"s-1","action":"pause","said":"it rests"}""", new ActionDocument("s-1", "pause", "it rests"));
        Same(
            """
            {"workers":[{"worker":"silo-2/cpu:0","device":"2 cores","state":"busy","doing":"pgd","cells":9,"cells_per_hour":1.5,
            "seen":"2026-01-02T12:30:00+00:00"}]}
            """,
            new WorkersDocument([new("silo-2/cpu:0", "2 cores", "busy", "pgd", 9, 1.5, Noon)]));
    }

    [Fact]
    public void Cells_with_what_they_measured_and_cells_that_have_not_run()
    {
        var cell = new Cell(new("digits"), new("cnn"), new("training"), null, new("pgd"), new("none"), 0.1, 7, new("evaluation"));
        var result = new CellResult(
            new("digits-1"), CellStatus.Done, ImmutableSortedDictionary<string,
                Measurement>.Empty.Add("auc", new(double.NaN)).Add("robust_accuracy", Measurement.Rate(1, 4)), null, null,
            0.5, 2, new("4", "cpu", "avx2", "0123abc", "host"));
        CellOutcome[] cells = [new(cell, new("digits-1"), result), new(cell with { Seed = 8 }, new("digits-2"), null)];
        Same(
            """
            {"sweep":"s-1","total":2,"from":0,"cells":[{"cell":"digits-1","dataset":"digits","model":"cnn","poison":"","attack":"pgd",
            "defense":"none",
            "strength":0.1,"seed":7,"status":"done","measurements":{"auc":{"value":null,"count":0,"successes":null},
            "robust_accuracy":{"value":0.25,"count":4,"successes":1}},"seconds":0.5,"attempts":2,"device":"cpu","host":"host",
            "version":"4","error":null,"failure":null},
            {"cell":"digits-2","dataset":"digits","model":"cnn","poison":"","attack":"pgd","defense":"none","strength":0.1,"seed":8,
            "status":"pending",
            "measurements":{},"seconds":null,"attempts":null,"device":null,"host":null,"version":null,"error":null,"failure":null}]}
            """,
            new CellsDocument("s-1", 2, 0, [.. CellDocument.Of(cells, cells, Terms)]));
    }

    [Fact]
    public void Curves_with_the_grid_of_friends() => Same(
        """
        {"sweep":"s-1","curves":[{"dataset":"digits","model":"cnn","poison":"","attack":"pgd","defense":"none","metric":"robust_accuracy",
        "axis":"epsilon (Linf)",
        "check":"pass H1","points":[{"strength":0.1,"n":100,"mean":0.5,"low":0.25,"high":null,"seeds":3,"total":5}],"open":0}],
        "friends":[{"defense":"friends","noise_std":8,"clip_threshold":4,"strength":1,"trials":200,"successes":33,"success_rate":0.165,
        "low":0.116,"high":0.224,
        "control_rate":null,"excess_rate":null,"excess_low":null,"excess_high":null,"mean_abs_error":0.6,"residual_std":0.9}]}
        """,
        CurvesDocument.Of(
            "s-1",
            [
                new(
                    "digits", "cnn", "", "pgd", "none", "robust_accuracy", [new(0.1, 100, 0.5, 0.25, double.NaN, 3, 5)],
                    new(Grade.Pass, "H1"), new(StrengthUnit.Epsilon, "epsilon", "linf")),
            ],
            [Samples.Row(8, 4, 0.165, 0.116, 0.224, double.NaN)]));

    [Fact]
    public void Checks_say_what_they_ask_and_what_they_found() => Same(
        """
        {"sweep":"s-1","failed":1,"warned":0,"passed":0,"verdicts":[{"rule":"H4","grade":"fail","dataset":"d","model":"m","poison":"",
        "attack":"a",
        "defense":"none","evidence":"why"}],"rules":[{"rule":"H4","text":"must"}],"unasked":[{"rule":"H5","wants":"more"}]}
        """,
        new ChecksDocument("s-1", 1, 0, 0, [new("H4", "fail", "d", "m", "", "a", "none", "why")], [new("H4", "must")],
            [new("H5", "more")]));

    [Fact]
    public void A_plan_and_an_entry_of_the_catalogue()
    {
        Same(
            """
            {"name":"small","hash":"0123abcd","version":"4","cells":16,"groups":8,"known":2,"models_to_train":1,"models_trained":3,
            "axes":{"seed":["0","1"]},
            "notes":[],"folder":"/r/s","seconds":null,"unestimated":["pgd"],"shared":0,"models_at_most":4,
            "seconds_low":null,"seconds_high":null,"processor_seconds":null,"card_seconds":null}
            """,
            new PlanDocument("small", "0123abcd", "4", 16, 8, 2, 1, 3, new Dictionary<string,
                IReadOnlyList<string>>
            { ["seed"] = ["0", "1"] }, [], "/r/s", null, ["pgd"])
            {
                ModelsAtMost = 4,
            });
        Same(
            """
            {"entries":[{"category":"attack","name":"pgd","kind":"evasion","summary":"Steps.","source":"","strength":{"name":"epsilon",
            "default":"0",
            "takes":"number","summary":""},"parameters":[{"name":"steps","default":null,"takes":"integer, 1 or more",
            "summary":"How many."}]}]}
            """,
            CatalogDocument.Of(
            [
                new("attack", "pgd", [new("steps", ParameterKind.Integer, null, "How many.", Low: 1)], AttackKind.Evasion, "Steps.")
                {
                    Strength = new("epsilon", ParameterKind.Number, 0),
                },
            ]));
    }

    static void Same<T>(string expected, T document) =>
        Assert.Equal(expected.ReplaceLineEndings(""), JsonSerializer.Serialize(document, DocumentJson.Compact));
}
