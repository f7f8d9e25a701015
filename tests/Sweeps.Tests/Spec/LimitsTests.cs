using FsCheck;
using FsCheck.Fluent;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Grid.Sweeps.Tests.Plans;

namespace Grid.Sweeps.Tests.Spec;

public class LimitsTests
{
    const string Sweep = "name: x\ndataset: digits\nmodel: cnn\nattack: fgsm\nstrength: 0.1\n";

    const string All = """
        priority: 10
        limits: {concurrency: 16, timeout: 20m, failures: 20}
        retries: {attempts: 5, backoff: 1.5s, give_up: ["CUDA out of memory", NaN]}

        """;

    static Limits Read(string lines) => PlanTests.Parsed(lines + Sweep).Limits;

    [Fact]
    public void Every_key_is_read()
    {
        var limits = Read(All);

        Assert.Equal(["CUDA out of memory", "NaN"], limits.GiveUp);
        Assert.Equal(new(10, 16, TimeSpan.FromMinutes(20), 20, 5, TimeSpan.FromSeconds(1.5), limits.GiveUp), limits);
    }

    [Fact]
    public void What_is_not_said_keeps_its_default()
    {
        Assert.Equal(Limits.Default, Read(""));
        Assert.Equal(Limits.Default with { Failures = 0 }, Read("limits: {failures: 0}\n"));
        Assert.Equal(Limits.Default with { Attempts = 1, Backoff = TimeSpan.Zero }, Read("retries: {attempts: 1, backoff: 0s}\n"));
    }

    [Fact]
    public void Limits_change_no_cell_and_no_plan()
    {
        var (with, without) = (PlanTests.Planned(All + Sweep), PlanTests.Planned(Sweep));

        Assert.Equal(without.Cells.Select(c => c.Id), with.Cells.Select(c => c.Id));
        Assert.Equal(without.Folder, with.Folder);
    }

    [Fact]
    public void Parts_share_the_limits_of_the_file() =>
        Assert.Equal(7, Read("priority: 7\nparts: [{seeds: 1}, {seeds: 2}]\n").Priority);

    [Theory]
    [InlineData("priority: 101", "1:11: 'priority' must be at least -100 and at most 100, not 101")]
    [InlineData("priority: 1.5", "1:11: 'priority' takes a whole number, not the number 1.5")]
    [InlineData("priority: [1]", "1:11: 'priority' takes a whole number, not a list")]
    [InlineData("priority:", "1:10: 'priority' takes a whole number, not nothing")]
    [InlineData("pirority: 3", "1:1: unknown key 'pirority'; did you mean 'priority'?")]
    [InlineData("timeout: 20m", "1:1: unknown key 'timeout'; write it under 'limits', as in limits: {timeout: ...}")]
    [InlineData("backoff: 20m", "1:1: unknown key 'backoff'; write it under 'retries', as in retries: {backoff: ...}")]
    [InlineData("limits: 20m", "1:9: 'limits' takes a mapping of concurrency, timeout, failures, not the word '20m'")]
    [InlineData("limits: {tiemout: 20m}", "1:10: unknown key 'tiemout' of 'limits'; did you mean 'timeout'?")]
    [InlineData("limits: {concurrency: 0}", "1:23: 'concurrency' of 'limits' must be at least 1 and at most 100000, not 0")]
    [InlineData("limits: {concurrency: 1e9}", "1:23: 'concurrency' of 'limits' must be at least 1 and at most 100000, not 1000000000")]
    [InlineData("limits: {failures: -1}", "1:20: 'failures' of 'limits' must be at least 0 and at most 2147483647, not -1")]
    [InlineData("limits: {failures: .nan}", "1:20: 'failures' of 'limits' must be at least 0 and at most 2147483647, not .nan")]
    [InlineData("limits: {timeout: 20}",
        "1:19: 'timeout' of 'limits' takes a number with ms, s, m or h, such as 90s or 1.5h, not the number 20")]
    [InlineData("limits: {timeout: 20 min}",
        "1:19: 'timeout' of 'limits' takes a number with ms, s, m or h, such as 90s or 1.5h, not the word '20 min'")]
    [InlineData("limits: {timeout: -5s}",
        "1:19: 'timeout' of 'limits' takes a number with ms, s, m or h, such as 90s or 1.5h, not the word '-5s'")]
    [InlineData("limits: {timeout: 999ms}", "1:19: 'timeout' of 'limits' must be at least 1s and at most 168h, not 999ms")]
    [InlineData("limits: {timeout: 168.1h}", "1:19: 'timeout' of 'limits' must be at least 1s and at most 168h, not 168.1h")]
    [InlineData("retries: {attempts: 0}", "1:21: 'attempts' of 'retries' must be at least 1 and at most 20, not 0")]
    [InlineData("retries: {backoff: 61m}", "1:20: 'backoff' of 'retries' must be at least 0s and at most 1h, not 61m")]
    [InlineData("retries: {give_up: NaN}", "1:20: 'give_up' of 'retries' takes a list of texts, not the word 'NaN'; put it in brackets")]
    [InlineData("retries: {give_up: [a, '']}", "1:24: 'give_up' of 'retries': each is a text of 1 to 200 characters")]
    [InlineData("retries: {give_up: [[a]]}", "1:21: 'give_up' of 'retries': each is a text of 1 to 200 characters")]
    [InlineData("retries: {give_up: [a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,b]}", "1:61: 'give_up' of 'retries' takes at most 20 texts")]
    [InlineData("parts: [{priority: 3}]", "1:10: 'priority' is of the whole file and cannot stand in a part; write it beside 'parts'")]
    public void One_line_is_wrong(string line, string message) =>
        Assert.Equal($"x.yaml:{message}",
            Assert.Throws<SpecException>(() => SweepFile.Parse($"{line}\n{Sweep}", "x.yaml", Known.Vocabulary)).Message);

    [Fact]
    public void Each_of_the_three_keys_has_its_own_complaint() => Assert.Equal(3, Assert.Throws<SpecException>(
        () => Read("priority: x\nlimits: x\nretries: x\n")).Message.Split('\n').Length);

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("90s", 90_000)]
    [InlineData("20m", 1_200_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("0s", 0)]
    public void A_duration_has_a_unit(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Duration.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5d")]
    [InlineData("5 s")]
    [InlineData("+5s")]
    [InlineData("1e3s")]
    [InlineData(".5s")]
    [InlineData("5s\n")]
    [InlineData("9999999999h")]
    [InlineData("99999999999s")]
    public void Anything_else_is_no_duration(string text) => Assert.Null(Duration.Read(text));

    [Fact]
    public void The_text_of_a_duration_reads_back() => Prop.ForAll(
        Gen.Choose(0, 700_000_000).Select(ms => TimeSpan.FromMilliseconds(ms)).ToArbitrary(),
        span => Duration.Read(Duration.Text(span)) == span)
        .QuickCheckThrowOnFailure();
}
