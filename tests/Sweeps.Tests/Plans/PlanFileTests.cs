using System.Text.Json;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Tests.Spec;

namespace Grid.Sweeps.Tests.Plans;

public class PlanFileTests
{
    [Fact]
    public void Plan_json_names_counts_and_axes()
    {
        var plan = PlanTests.Planned(Known.Friends);

        Assert.Equal($$"""
            {
              "name": "friends",
              "hash": "{{plan.Hash8}}",
              "version": "1",
              "cells": 24,
              "groups": 12,
              "models": 12,
              "axes": {
                "dataset": [
                  "houses"
                ],
                "model": [
                  "linear"
                ],
            """, PlanFile.Of(plan).Json()[..197]);
    }

    [Fact]
    public void Plan_json_reads_back()
    {
        var file = PlanFile.Of(PlanTests.Planned(Known.Evasion));
        var read = PlanFile.Parse(file.Json());

        Assert.Equal(file with
        {
            Axes = read.Axes,
            Contents = read.Contents,
            Plugins = read.Plugins,
            Files = read.Files,
            ClassNames = read.ClassNames
        }, read);
        Assert.Equal(file.Plugins, read.Plugins);
        Assert.Equal(file.Contents, read.Contents);
        Assert.Equal(file.Axes.Select(a => (a.Key, string.Join('|', a.Value))), read.Axes.Select(a => (a.Key, string.Join('|', a.Value))));
    }

    [Fact]
    public void A_plan_is_made_again_without_the_files_behind_it()
    {
        var spec = PlanTests.Parsed(Known.Evasion);
        var plan = Plan.Of(spec, (dataset, model) => $"hash of {dataset.Name} and {model.Name}", "1");
        var restored = PlanFile.Parse(PlanFile.Of(plan).Json()).Restore(spec)!;

        Assert.Equal(plan.Cells.Select(c => c.Id), restored.Cells.Select(c => c.Id));
        Assert.Null((PlanFile.Of(plan) with { Contents = [] }).Restore(spec));
        Assert.Null(PlanFile.Of(plan).Restore(PlanTests.Parsed(Known.Friends)));
        Assert.Null(PlanFile.Of(plan).Change(restored));
        var (dataset, model) = (plan.Contents[0].Dataset, plan.Contents[0].Model);
        Assert.Equal(
            $"{dataset}, {model} has changed since these results were made: "
            + $"the hash of its content was {plan.Contents[0].Hash} and is other",
            PlanFile.Of(plan)
                .Change(Plan.Of(spec,
                    (d, m) => (d.ToString(), m.ToString()) == (dataset, model) ? "other" : $"hash of {d.Name} and {m.Name}", "1")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"name\": \"x\"}")]
    public void Another_text_is_no_plan(string json) => Assert.Throws<JsonException>(() => PlanFile.Parse(json));
}
