using System.Text.Json;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Results;

public sealed class OutcomeBitsTests
{
    static OutcomeBits Read(string text) => JsonSerializer.Deserialize<OutcomeBits>(JsonSerializer.Serialize(text))!;

    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(8), InlineData(9), InlineData(1000)]
    public void Outcomes_come_back_as_they_were(int count)
    {
        var bits = OutcomeBits.From([.. Enumerable.Range(0, count).Select(i => i % 3 == 0)]);
        Assert.Equal(bits, JsonSerializer.Deserialize<OutcomeBits>(JsonSerializer.Serialize(bits)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8")]
    [InlineData("-8:")]
    [InlineData("+8:AA==")]
    [InlineData(" 8:AA==")]
    [InlineData("8:!!!!")]
    [InlineData("8:AA")]
    [InlineData("9:AA==")]
    [InlineData("8:AAAA")]
    [InlineData("1:/w==")]
    [InlineData("2147483647:AA==")]
    public void What_is_no_row_of_outcomes_is_refused_as_bad_json(string text) => Assert.Throws<JsonException>(() => Read(text));
}
