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

        Assert.Equal(file with { Axes = read.Axes }, read);
        Assert.Equal(file.Axes.Select(a => (a.Key, string.Join('|', a.Value))), read.Axes.Select(a => (a.Key, string.Join('|', a.Value))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"name\": \"x\"}")]
    public void Another_text_is_no_plan(string json) => Assert.Throws<JsonException>(() => PlanFile.Parse(json));
}
