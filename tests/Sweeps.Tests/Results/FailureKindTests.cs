using System.Text.Json;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Results;

public sealed class FailureKindTests
{
    public static TheoryData<FailureKind> Kinds => [.. Enum.GetValues<FailureKind>()];

    [Theory, MemberData(nameof(Kinds))]
    public void A_kind_is_the_same_word_in_a_journal_and_everywhere_else(FailureKind kind)
    {
        var failed = CellResult.Failed(new("a"), kind, "broken", 0.5, 1, Make.Here);
        var json = JsonSerializer.Serialize(failed, ResultJson.Options);
        Assert.EndsWith($",\"failure\":\"{failed.Failure.Word()}\"}}", json, StringComparison.Ordinal);
        Assert.Equal(kind, JsonSerializer.Deserialize<CellResult>(json, ResultJson.Options)!.Failure);
    }

    [Fact]
    public void The_words_are_those_that_dashboards_ask_for() => Assert.Equal(
        ["experiment", "out_of_memory", "timeout", "given_up", "hung", "refused", "fault", "unknown"], FailureKinds.All);

    [Fact]
    public void A_failure_of_a_version_that_told_no_kind_is_read_and_of_an_unknown_kind()
    {
        var json = JsonSerializer.Serialize(CellResult.Failed(new("a"), FailureKind.Timeout, "took longer", 0.5, 1, Make.Here), ResultJson.Options);
        var before = JsonSerializer.Deserialize<CellResult>(json.Replace(",\"failure\":\"timeout\"", "", StringComparison.Ordinal), ResultJson.Options)!;
        Assert.Equal((CellStatus.Failed, "took longer", null, "unknown"), (before.Status, before.Error, before.Failure, before.Failure.Word()));
    }

    [Fact]
    public void What_is_done_is_written_as_ever() =>
        Assert.DoesNotContain("failure", JsonSerializer.Serialize(Make.Done("a"), ResultJson.Options), StringComparison.Ordinal);
}
